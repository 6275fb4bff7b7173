extension JSONValue {
    /// The document with sorted keys on one line.
    package var compact: String {
        switch self {
        case .array(let items): "[" + items.map(\.compact).joined(separator: ",") + "]"
        case .object(let fields):
            "{"
                + fields.sorted { $0.key < $1.key }.map { Self.quoted($0.key) + ":" + $0.value.compact }
                .joined(separator: ",") + "}"
        default: indented(by: 0)
        }
    }

    /// The document with sorted keys, one value a line.
    /// - Parameter width: a list or object that fits into so many characters stays on one line; 0 for none.
    package func indented(by indent: Int, upTo width: Int = 0, level: Int = 0) -> String {
        let outer = String(repeating: " ", count: indent * level)
        let inner = String(repeating: " ", count: indent * (level + 1))
        func joined(_ lines: [String], _ open: String, _ close: String) -> String {
            if width > 0, !lines.contains(where: { $0.contains("\n") }) {
                let line = open + lines.joined(separator: ", ") + close
                if line.utf8.count + outer.utf8.count <= width { return line }
            }
            return open + "\n" + lines.map { inner + $0 }.joined(separator: ",\n") + "\n" + outer + close
        }
        switch self {
        case .null: return "null"
        case .bool(let flag): return flag ? "true" : "false"
        case .integer(let number): return String(number)
        case .number(let number): return String(number)
        case .string(let text): return Self.quoted(text)
        case .array(let items):
            guard !items.isEmpty else { return "[]" }
            return joined(items.map { $0.indented(by: indent, upTo: width, level: level + 1) }, "[", "]")
        case .object(let fields):
            guard !fields.isEmpty else { return "{}" }
            let lines = fields.sorted { $0.key < $1.key }.map { key, value in
                Self.quoted(key) + ": " + value.indented(by: indent, upTo: width, level: level + 1)
            }
            return joined(lines, "{", "}")
        }
    }

    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case let scalar where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
