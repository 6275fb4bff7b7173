/// A block of an ACL policy: `kind "name" { … }`.
struct PolicyBlock: Sendable {
    var kind: String
    var name: String
    private let body: String

    /// The blocks that stand in it.
    var inner: [PolicyBlock] { Self.all(body) }

    /// The value of `policy`; empty for none.
    var policy: String {
        let words = words
        return words.firstIndex(of: "policy").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil } ?? ""
    }

    /// Every word that stands in quotes: what it allows, among others.
    var capabilities: Set<String> { Set(words) }

    private var words: [String] { body.split { !$0.isLetter && $0 != "-" }.map(String.init) }

    /// The blocks of a text, as often as they stand there; what lies inside of them is theirs.
    static func all(_ text: String) -> [PolicyBlock] {
        var blocks: [PolicyBlock] = []
        var head = ""
        var body = ""
        var depth = 0
        for character in text {
            switch character {
            case "{":
                if depth > 0 { body.append(character) }
                depth += 1
            case "}":
                depth -= 1
                guard depth == 0 else {
                    body.append(character)
                    continue
                }
                let line = head.split(separator: "\n").last.map(String.init) ?? ""
                let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
                blocks.append(
                    PolicyBlock(
                        kind: (parts.first ?? "").filter { $0.isLetter || $0 == "_" },
                        name: parts.count > 1 ? String(parts[1]) : "", body: body))
                (head, body) = ("", "")
            default:
                if depth == 0 { head.append(character) } else { body.append(character) }
            }
        }
        return blocks
    }
}
