import FoundationEssentials

/// One line of a ledger: a fact, as a JSON object whose `kind` says what of.
///
/// Written for readers of all times: keys that a reader does not know are ignored, and lines of kinds that it does not
/// know stay where they are. A key that is there means the same for ever.
enum LedgerLine: Sendable, Equatable {
    /// The first line. What fingerprints are mixed with, so that they tell nothing to who has not read this file, and
    /// the number that the first release gets.
    case header(salt: String, next: Int)
    case begun(Release.Begun)
    case ended(Release.Ended)
    /// A line that this version does not know; the release that it is about, where it names one.
    case other(number: Int?)

    static let format = 1

    private struct Head: Codable {
        var format: Int
        var kind: String
        var number: Int?
        var salt: String?
        var next: Int?
    }

    init(_ bytes: some Sequence<UInt8>) {
        let data = Data(bytes)
        let decoder = JSONDecoder()
        guard let head = try? decoder.decode(Head.self, from: data) else {
            self = .other(number: nil)
            return
        }
        self = .other(number: head.number)
        switch head.kind {
        case "ledger": if let salt = head.salt { self = .header(salt: salt, next: head.next ?? 1) }
        case "begun": if let fact = try? decoder.decode(Release.Begun.self, from: data) { self = .begun(fact) }
        case "ended": if let fact = try? decoder.decode(Release.Ended.self, from: data) { self = .ended(fact) }
        default: break
        }
    }

    /// The release that it is about.
    var number: Int? {
        switch self {
        case .header: nil
        case .begun(let fact): fact.number
        case .ended(let fact): fact.number
        case .other(let number): number
        }
    }

    /// The line with its newline.
    func bytes() throws -> [UInt8] {
        switch self {
        case .header(let salt, let next):
            try Self.line(Head(format: Self.format, kind: "ledger", salt: salt, next: next))
        case .begun(let fact): try Self.line(Tagged(kind: "begun", fact: fact))
        case .ended(let fact): try Self.line(Tagged(kind: "ended", fact: fact))
        case .other: []
        }
    }

    private static func line(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try Array(encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    /// A fact with what every line has.
    private struct Tagged<Fact: Encodable>: Encodable {
        var kind: String
        var fact: Fact

        func encode(to encoder: any Encoder) throws {
            try fact.encode(to: encoder)
            var fields = encoder.container(keyedBy: Key.self)
            try fields.encode(LedgerLine.format, forKey: .format)
            try fields.encode(kind, forKey: .kind)
        }

        private enum Key: String, CodingKey { case format, kind }
    }
}
