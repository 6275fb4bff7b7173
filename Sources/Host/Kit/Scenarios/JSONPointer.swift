import JSONDocument

/// A place in a document (RFC 6901). `-` stands for a list's last item, and `[name=web]` for the item of that name.
package struct JSONPointer: Sendable, Hashable, CustomStringConvertible {
    package let description: String
    private let parts: [String]

    /// - Throws: ``ScenarioProblem`` when it does not begin with a slash.
    package init(_ text: String) throws {
        guard text.isEmpty || text.hasPrefix("/") else {
            throw ScenarioProblem("'\(text)' is no JSON pointer: it begins with no slash")
        }
        description = text
        parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map {
            String($0).replacing("~1", with: "/").replacing("~0", with: "~")
        }
    }

    /// What stands there; `nil` when nothing does.
    package func value(in document: JSONValue) -> JSONValue? {
        parts.reduce(Optional(document)) { found, part in
            guard let found else { return nil }
            guard let items = found.items else { return found[part] }
            if part == "-" { return items.last }
            if part.hasPrefix("["), part.hasSuffix("]") {
                let pair = part.dropFirst().dropLast().split(separator: "=", maxSplits: 1)
                return pair.count == 2 ? items.first { $0[String(pair[0])]?.text == String(pair[1]) } : nil
            }
            guard let index = Int(part), items.indices.contains(index) else { return nil }
            return items[index]
        }
    }
}
