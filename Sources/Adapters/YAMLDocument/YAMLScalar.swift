import JSONDocument

/// A scalar as it stands in the text.
struct YAMLScalar {
    var text: String
    /// Whether it is neither quoted, nor a block, nor tagged, and so means what it looks like.
    var isPlain: Bool
    /// The tag that it was given.
    var tag: String?

    /// What it stands for by the core schema (YAML 1.2.2, 10.3.2); `nil` when its tag says what it is not.
    var value: JSONValue? {
        guard let tag else { return isPlain ? resolved : .string(text) }
        switch (tag, resolved) {
        case ("tag:yaml.org,2002:str", _), ("!", _): return .string(text)
        case ("tag:yaml.org,2002:null", .null?), ("tag:yaml.org,2002:bool", .bool?),
            ("tag:yaml.org,2002:int", .integer?), ("tag:yaml.org,2002:float", .number?):
            return resolved
        case ("tag:yaml.org,2002:float", .integer(let number)?): return .number(Double(number))
        default: return nil
        }
    }

    private var resolved: JSONValue? {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE": return .bool(true)
        case "false", "False", "FALSE": return .bool(false)
        default: break
        }
        let (sign, digits) = Self.split(text)
        if sign.isEmpty, text.hasPrefix("0o"), let number = Self.whole(text.dropFirst(2), radix: 8) { return number }
        if sign.isEmpty, text.hasPrefix("0x"), let number = Self.whole(text.dropFirst(2), radix: 16) { return number }
        if !digits.isEmpty, digits.utf8.allSatisfy(Self.isDigit) {
            return Int(text).map { .integer($0) } ?? Double(text).map { .number($0) }
        }
        // JSON has neither infinity nor NaN: `.inf` and `.nan` stay words, and so does what is too large for a number.
        guard Self.isDecimal(digits), let number = Double(text), number.isFinite else { return .string(text) }
        return .number(number)
    }

    private static func split(_ text: String) -> (sign: Substring, rest: Substring) {
        let sign = text.prefix { $0 == "-" || $0 == "+" }.prefix(1)
        return (sign, text.dropFirst(sign.count))
    }

    private static func whole(_ digits: Substring, radix: Int) -> JSONValue? {
        guard let first = digits.first, first != "-", first != "+" else { return nil }
        return Int(digits, radix: radix).map { .integer($0) }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    /// `( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?`
    private static func isDecimal(_ text: Substring) -> Bool {
        let mantissa = text.prefix { $0 != "e" && $0 != "E" }
        if mantissa.count < text.count {
            let exponent = split(String(text.dropFirst(mantissa.count + 1))).rest
            guard !exponent.isEmpty, exponent.utf8.allSatisfy(isDigit) else { return false }
        }
        let parts = mantissa.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, parts.allSatisfy({ $0.utf8.allSatisfy(isDigit) }) else { return false }
        return parts.contains { !$0.isEmpty }
    }
}
