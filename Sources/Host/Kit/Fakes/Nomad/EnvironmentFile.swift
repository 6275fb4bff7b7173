/// Lines of `NAME=value`, as Nomad reads the file that a template makes.
package enum EnvironmentFile {
    /// - Throws: ``TemplateTrouble`` in Nomad's words.
    package static func parse(_ text: String) throws -> [String: String] {
        var values: [String: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            func trouble(_ sentence: String) -> TemplateTrouble {
                .failed(
                    "to read environment variables: error parsing env template: error on line \(number + 1): \(sentence)"
                )
            }
            let line = line.trimmed
            if line.isEmpty || line.hasPrefix("#") { continue }
            guard let equals = line.firstIndex(of: "=") else { throw trouble("missing =") }
            let name = line[..<equals].trimmed
            guard isName(name) else { throw trouble("invalid character in key") }
            guard let value = value(line[line.index(after: equals)...].trimmed) else {
                throw trouble("invalid value of \(name)")
            }
            values[String(name)] = value
        }
        return values
    }

    private static func isName(_ name: Substring) -> Bool {
        let letters = name.unicodeScalars.allSatisfy {
            $0 == "_" || ("a"..."z").contains($0) || ("A"..."Z").contains($0) || ("0"..."9").contains($0)
        }
        return letters && name.first.map { !$0.isNumber } ?? false
    }

    /// `nil` for what cannot be read: a quote that is not closed, another escape than Nomad knows, a control character.
    private static func value(_ text: Substring) -> String? {
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 || $0 == "\t" }) else { return nil }
        if text.hasPrefix("'") {
            guard text.count > 1, text.hasSuffix("'") else { return nil }
            return String(text.dropFirst().dropLast())
        }
        guard text.hasPrefix("\"") else {
            return String((text.firstRange(of: " #").map { text[..<$0.lowerBound] } ?? text).trimmed)
        }
        var value = ""
        var rest = text.unicodeScalars.dropFirst()
        while let scalar = rest.popFirst() {
            switch scalar {
            case "\"": return rest.isEmpty ? value : nil
            case "\\":
                let known: [Unicode.Scalar: Unicode.Scalar] = ["n": "\n", "t": "\t", "\"": "\"", "\\": "\\"]
                guard let escaped = rest.popFirst().flatMap({ known[$0] }) else { return nil }
                value.unicodeScalars.append(escaped)
            default: value.unicodeScalars.append(scalar)
            }
        }
        return nil
    }
}

extension Substring {
    /// Without white space at either end.
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
