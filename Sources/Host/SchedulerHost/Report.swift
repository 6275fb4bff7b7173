import AdapterKit
import DokkuIO

/// A `:report` in Dokku's forms (contract 6).
package struct Report: Sendable, Equatable {
    /// A row: its flag, such as `--ps-restart-policy`, and its value.
    package struct Row: Sendable, Equatable {
        package var flag: String
        package var value: String

        package init(_ flag: String, _ value: String) {
            self.flag = flag
            self.value = value
        }
    }

    /// The plugin's name, which JSON keys go without.
    package var plugin: String
    /// The app, or `--global`.
    package var subject: String
    package var rows: [Row]
    /// Whether JSON has each key a second time, with the plugin's name in front.
    package var hasLegacyKeys: Bool
    /// Whether people are shown flags as they are: names that users chose do not survive as words.
    package var hasPlainKeys: Bool

    package init(
        plugin: String, subject: String, rows: [Row], hasLegacyKeys: Bool = true, hasPlainKeys: Bool = false
    ) {
        self.hasPlainKeys = hasPlainKeys
        self.plugin = plugin
        self.subject = subject
        self.rows = rows.sorted { $0.flag.utf8.lexicographicallyPrecedes($1.flag.utf8) }
        self.hasLegacyKeys = hasLegacyKeys
    }

    package enum Format: String, Sendable {
        case stdout, json
    }

    package var headline: String { "\(subject) \(plugin) information" }

    /// The rows for people, without the headline.
    package var lines: [String] {
        let width = max(31, rows.map(\.flag.utf8.count).max() ?? 0)
        return rows.map { row in
            var key = String(row.flag.dropFirst(2))
            if !hasPlainKeys {
                key = key.map { $0 == "-" || $0 == "." ? " " : String($0) }.joined()
                key = key.prefix(1).uppercased() + key.dropFirst()
            }
            key += ":"
            return "       " + key + String(repeating: " ", count: max(0, width - key.utf8.count)) + row.value
        }
    }

    /// One flat object of texts, keys sorted.
    package var json: String {
        var fields: [String: String] = [:]
        for row in rows {
            let name = String(row.flag.dropFirst(2))
            let short = name.hasPrefix(plugin + "-") ? String(name.dropFirst(plugin.count + 1)) : name
            fields[short] = row.value
            if hasLegacyKeys { fields[name] = row.value }
        }
        return "{"
            + fields.sorted { $0.key < $1.key }.map { GoJSON.quoted($0.key) + ":" + GoJSON.quoted($0.value) }
            .joined(separator: ",") + "}"
    }

    /// The value of one flag.
    /// - Throws: ``AdapterError`` that lists the flags there are.
    package func value(of flag: String) throws -> String {
        guard let row = rows.first(where: { $0.flag == flag }) else {
            throw AdapterError(
                .invalidInput,
                "Invalid flag passed, valid flags: " + rows.map(\.flag).sorted().joined(separator: ", "))
        }
        return row.value
    }
}

/// Texts as Go's `encoding/json` writes them, which is what Dokku's users parse.
package enum GoJSON {
    package static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case "<", ">", "&", "\u{2028}", "\u{2029}": quoted += escaped(scalar)
            case let scalar where scalar.value < 0x20: quoted += escaped(scalar)
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
