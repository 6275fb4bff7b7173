import AdapterKit

/// `.env` files: `KEY=value` lines with quotes, escapes and values over several lines.
package enum Dotenv {
    /// Takes `text` apart.
    ///
    /// - `KEY=value` — blanks around the value are not part of it, ` #` begins a comment.
    /// - `KEY='value'` — taken as it stands, over several lines if need be.
    /// - `KEY="value"` — likewise, with `\n`, `\t`, `\r`, `\"`, `\\` and `\$`.
    /// - `export ` before a key is allowed. `$` has no meaning: values are never expanded.
    /// - Throws: ``AdapterError`` that names the file and line.
    package static func parse(_ bytes: [UInt8], file: String) throws -> [String: String] {
        var parser = Parser(bytes: bytes, file: file)
        return try parser.parse()
    }

    /// `MAX_ARG_STRLEN`: what the system's exec takes for one variable, name and end included.
    static let longestPair = 131_070

    private struct Parser {
        let bytes: [UInt8]
        let file: String
        var position = 0
        var line = 1

        init(bytes: [UInt8], file: String) {
            self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
            self.file = file
        }

        func wrong(_ what: String, line: Int) -> AdapterError {
            AdapterError(.invalidInput, "\(file), line \(line): \(what)")
        }

        mutating func parse() throws -> [String: String] {
            if let zero = bytes.firstIndex(of: 0) {
                throw wrong(
                    "it contains a NUL byte, which no environment variable can hold",
                    line: 1 + bytes[..<zero].count { $0 == 10 })
            }
            guard String(validating: bytes, as: UTF8.self) != nil else {
                let start = bytes.indices.first {
                    String(validating: bytes[...$0].suffix(4), as: UTF8.self) == nil && bytes[$0] >= 0x80
                }
                throw wrong("it is not UTF-8 from here on", line: 1 + bytes[..<(start ?? 0)].count { $0 == 10 })
            }
            var values: [String: String] = [:]
            while let byte = peek() {
                switch byte {
                case 10, 13, 32, 9: advance()
                case UInt8(ascii: "#"): skipLine()
                default:
                    let begin = line
                    let (key, value) = try pair()
                    guard key.utf8.count + value.utf8.count < Dotenv.longestPair else {
                        throw wrong(
                            "\(key) has \(value.utf8.count) bytes; Linux gives a process no variable of \(Dotenv.longestPair) or more",
                            line: begin)
                    }
                    values[key] = value
                }
            }
            return values
        }

        func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

        mutating func advance() {
            if bytes[position] == 10 { line += 1 }
            position += 1
        }

        mutating func skipLine() {
            while let byte = peek(), byte != 10 { advance() }
        }

        mutating func pair() throws -> (String, String) {
            let start = position
            while let byte = peek(), byte != UInt8(ascii: "="), byte != 10 { advance() }
            guard peek() == UInt8(ascii: "=") else { throw wrong("it is not of the form KEY=value", line: line) }
            var key = String(decoding: bytes[start..<position], as: UTF8.self)
            if key.hasPrefix("export ") { key = String(key.dropFirst(7)) }
            key = String(Substring(key).trimmed)
            guard Dotenv.isKey(key) else {
                // The line may be the rest of a secret that was cut in two: none of it is shown.
                throw wrong("what stands before '=' is no name: letters, digits and '_', no digit first", line: line)
            }
            advance()
            while let byte = peek(), byte == 32 || byte == 9 { advance() }
            switch peek() {
            case UInt8(ascii: "'"): return (key, try quoted(UInt8(ascii: "'"), escapes: false))
            case UInt8(ascii: "\""): return (key, try quoted(UInt8(ascii: "\""), escapes: true))
            default: return (key, bare())
            }
        }

        mutating func bare() -> String {
            let start = position
            while let byte = peek(), byte != 10 {
                if byte == UInt8(ascii: "#"), bytes[position - 1] == 32 || bytes[position - 1] == 9 {
                    break
                }
                advance()
            }
            var value = bytes[start..<position]
            while let last = value.last, last == 32 || last == 9 || last == 13 { value.removeLast() }
            skipLine()
            return String(decoding: value, as: UTF8.self)
        }

        mutating func quoted(_ quote: UInt8, escapes: Bool) throws -> String {
            let begin = line
            advance()
            var value: [UInt8] = []
            while let byte = peek(), byte != quote {
                advance()
                guard escapes, byte == UInt8(ascii: "\\"), let next = peek() else {
                    value.append(byte)
                    continue
                }
                advance()
                switch next {
                case UInt8(ascii: "n"): value.append(10)
                case UInt8(ascii: "r"): value.append(13)
                case UInt8(ascii: "t"): value.append(9)
                case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "$"): value.append(next)
                default: value += [byte, next]
                }
            }
            guard peek() == quote else { throw wrong("the value that begins here has no closing quote", line: begin) }
            advance()
            while let byte = peek(), byte == 32 || byte == 9 || byte == 13 { advance() }
            if let byte = peek(), byte != 10, byte != UInt8(ascii: "#") {
                throw wrong("something follows the closing quote", line: line)
            }
            skipLine()
            return String(decoding: value, as: UTF8.self)
        }
    }

    /// `^[a-zA-Z_][a-zA-Z0-9_]*$`
    package static func isKey(_ text: String) -> Bool {
        func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 }
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) }
    }
}
