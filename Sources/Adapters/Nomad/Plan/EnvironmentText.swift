import AdapterKit
import JSONDocument

/// Lines of `NAME="value"` as Nomad reads the file that a template makes of an environment: it knows `\"`, `\\`, `\n` and
/// `\t` within double quotes, and no other control character at all.
enum EnvironmentText {
    /// Whether a value can stand in such a file.
    static func holds(_ value: String) -> Bool {
        value.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" }
    }

    /// The lines for `values`, sorted by name.
    static func lines(_ values: [String: String]) -> String {
        values.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))\n" }.joined()
    }

    /// `NAME=value` for each of such lines; other lines are left out.
    static func pairs(_ text: String) -> [String] {
        text.split(separator: "\n").compactMap { line in
            guard let equals = line.firstIndex(of: "="), line.hasSuffix("\""),
                let value = try? JSONValue(parsing: Array(line[line.index(after: equals)...].utf8)).text
            else { return nil }
            return "\(line[..<equals])=\(value)"
        }
    }

    private static func quoted(_ value: String) -> String {
        var quoted = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

/// The templates of a task that make its environment.
enum EnvironmentTemplate {
    /// Prints an item of a Variable. While the Variable is not there, the task waits.
    static func item(_ key: String, of path: String) -> String {
        "{{ with nomadVar \"\(path)\" }}{{ .\(key) }}{{ end }}"
    }

    /// `DYNO`: instances count from 1, allocations from 0.
    static func dyno(_ process: ProcessType) -> String {
        "DYNO=\(process).{{ env \"NOMAD_ALLOC_INDEX\" | parseInt | add 1 }}"
    }
}
