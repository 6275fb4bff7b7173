/// Finds where a JSON document stops being one: the decoder says only that it is none.
///
/// Comments, trailing commas and single quotes are allowed, as the decoder allows them.
struct JSONSyntax {
    struct Problem: Error, Equatable {
        var line: Int
        var expected: String
    }

    private let bytes: [UInt8]
    private var position = 0
    private var line = 1

    /// The first problem in `bytes`, `nil` when there is none.
    static func problem(in bytes: [UInt8]) -> Problem? {
        var syntax = JSONSyntax(bytes: bytes)
        do throws(Problem) {
            try syntax.value()
            try syntax.blanks()
            return syntax.position == bytes.count ? nil : syntax.problem("nothing behind the document")
        } catch {
            return error
        }
    }

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    private func problem(_ expected: String) -> Problem { Problem(line: line, expected: expected) }

    private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func advance() {
        if peek() == 10 { line += 1 }
        position += 1
    }

    private mutating func blanks() throws(Problem) {
        while let byte = peek() {
            switch byte {
            case 9, 10, 13, 32: advance()
            case UInt8(ascii: "/"): try comment()
            default: return
            }
        }
    }

    private mutating func comment() throws(Problem) {
        advance()
        switch peek() {
        case UInt8(ascii: "/"): while let byte = peek(), byte != 10 { advance() }
        case UInt8(ascii: "*"):
            advance()
            while !bytes[min(position, bytes.count)...].starts(with: [42, 47]) {
                guard peek() != nil else { throw problem("the end of a comment") }
                advance()
            }
            position += 2
        default: throw problem("a comment")
        }
    }

    private mutating func value(depth: Int = 0) throws(Problem) {
        guard depth < 200 else { throw problem("less nesting") }
        try blanks()
        switch peek() {
        case UInt8(ascii: "{"): try members(until: UInt8(ascii: "}"), depth: depth, named: true)
        case UInt8(ascii: "["): try members(until: UInt8(ascii: "]"), depth: depth, named: false)
        case UInt8(ascii: "\""), UInt8(ascii: "'"): try text()
        case .some(let byte) where Self.isWord(byte): try literal()
        default: throw problem("a value")
        }
    }

    /// A number, or one of the words that stand for values.
    private mutating func literal() throws(Problem) {
        let start = position
        word()
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard ["true", "false", "null", "NaN", "Infinity"].contains(text) || "+-.0123456789".contains(text.prefix(1))
        else {
            throw problem("a value: '\(text.prefix(40))' is none")
        }
    }

    private mutating func members(until end: UInt8, depth: Int, named: Bool) throws(Problem) {
        advance()
        try blanks()
        while peek() != end {
            if named {
                switch peek() {
                case UInt8(ascii: "\""), UInt8(ascii: "'"): try text()
                case .some(let byte) where Self.isWord(byte): word()
                default: throw problem("a name in quotes or '}'")
                }
                try blanks()
                guard peek() == UInt8(ascii: ":") else { throw problem("':' behind a name") }
                advance()
            }
            try value(depth: depth + 1)
            try blanks()
            if peek() == UInt8(ascii: ",") {
                advance()
                try blanks()
            } else if peek() != end {
                throw problem("',' or '\(Character(UnicodeScalar(end)))'")
            }
        }
        advance()
    }

    private mutating func text() throws(Problem) {
        let quote = peek()
        advance()
        while peek() != quote {
            guard let byte = peek(), byte != 10 else { throw problem("the closing quote of a text") }
            if byte == UInt8(ascii: "\\") { advance() }
            advance()
        }
        advance()
    }

    private mutating func word() {
        while let byte = peek(), Self.isWord(byte) { advance() }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            || [36, 43, 45, 46, 95].contains(byte)
    }
}
