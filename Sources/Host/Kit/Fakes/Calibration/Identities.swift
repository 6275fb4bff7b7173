import APIClient
import JSONDocument
import Traffic

/// Which of a fake's ids, indexes and secrets stands for which recorded one.
struct Identities: Sendable {
    private var texts: [String: String]
    /// By the field's name and the recorded number: the same number may be two things.
    private var numbers: [String: Int] = [:]

    init(_ known: [String: String]) {
        texts = known
    }

    // MARK: learning

    /// Learns from two values in the same place.
    mutating func learn(_ old: String, _ new: String, named name: String) {
        if Self.isNumbered(name), let old = Int(old), let new = Int(new) {
            learn(old, new, named: name)
            if name == "resourceVersion" { texts[String(old)] = String(new) }
        } else if old != new, Self.isIdentity(old, new, named: name) {
            texts[old] = new
        }
    }

    private mutating func learn(_ old: Int, _ new: Int, named name: String) {
        numbers["\(name.lowercased()) \(old)"] = new
        numbers["\(old)"] = new
    }

    /// Walks both documents and learns.
    /// - Returns: `new` with its lists in the order in which their items fit those of `old`.
    mutating func align(_ old: JSONValue, _ new: JSONValue, named name: String = "") -> JSONValue {
        switch (old, new) {
        case (.string(let old), .string(let text)):
            learn(old, text, named: name)
            return new
        case (.integer(let old), .integer(let number)):
            if Self.isNumbered(name) { learn(old, number, named: name) }
            return new
        case (.object(let olds), .object(var news)):
            // What tells objects apart is learned first: other fields of the same object may mention it.
            for key in olds.keys.sorted() {
                guard let left = olds[key], let right = news[key] else { continue }
                news[key] = align(left, right, named: key)
            }
            return .object(news)
        case (.array(let olds), .array(let news)):
            var left = news
            var ordered: [JSONValue] = []
            for item in olds where !left.isEmpty {
                let best = left.indices.max { likeness(item, left[$0]) < likeness(item, left[$1]) } ?? 0
                ordered.append(align(item, left.remove(at: best), named: name))
            }
            return .array(ordered + left)
        default: return new
        }
    }

    /// How much two items of a list have in common.
    private func likeness(_ old: JSONValue, _ new: JSONValue) -> Int {
        switch (old, new) {
        case (.string(let old), .string(let new)): return texts[old] == new ? 20 : old == new ? 2 : 0
        case (.object(let olds), .object(let news)):
            return olds.reduce(0) { sum, field in
                guard let other = news[field.key] else { return sum }
                // A name says more than a status that has not got there yet.
                let weight = ["Name", "name", "ID", "uid", "Version", "JobVersion"].contains(field.key) ? 4 : 1
                return sum + weight * likeness(field.value, other)
            }
        case (.array, .array): return 0
        default: return old == new ? 1 : 0
        }
    }

    // MARK: what an identity looks like

    private static func isNumbered(_ name: String) -> Bool {
        name.hasSuffix("Index") || name == "x-nomad-index" || name == "resourceVersion"
    }

    /// Whether two values that differ look like the same kind of id.
    private static func isIdentity(_ old: String, _ new: String, named name: String) -> Bool {
        if old.hasPrefix("‹secret:") { return true }
        if isUUID(old), isUUID(new) { return true }
        let (left, right) = (words(old), words(new))
        guard left.count == right.count, !left.isEmpty else { return false }
        return zip(left, right).allSatisfy { $0 == $1 || isRandom($0) && isRandom($1) }
    }

    private static func isUUID(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        return parts.map(\.utf8.count) == [8, 4, 4, 4, 12] && parts.allSatisfy { $0.allSatisfy(\.isHexDigit) }
    }

    private static func words(_ text: String) -> [Substring] {
        text.split(whereSeparator: { !$0.isLetter && !$0.isNumber })
    }

    /// Hexadecimal digits, a long number, or the letters that Kubernetes makes names of: no vowels.
    private static func isRandom(_ word: Substring) -> Bool {
        let isHex = word.utf8.count >= 4 && word.allSatisfy(\.isHexDigit) && word.contains(where: \.isNumber)
        let isLongHex = word.utf8.count >= 12 && word.allSatisfy(\.isHexDigit)
        let isNumber = word.utf8.count >= 4 && word.allSatisfy(\.isNumber)
        let isGenerated = (5...10).contains(word.utf8.count) && word.allSatisfy("bcdfghjklmnpqrstvwxz2456789".contains)
        return isHex || isLongHex || isNumber || isGenerated
    }

    // MARK: using

    /// A recorded request as the fake has to be asked.
    func request(for record: RequestRecord) -> ServedRequest {
        let query = record.query.map { field in
            let number = Int(field.value).flatMap { numbers["x-nomad-index \($0)"] ?? numbers["\($0)"] }
            let isNumber = ["index", "resourceVersion"].contains(field.name)
            return Self.encoded(field.name) + "="
                + Self.encoded(isNumber ? number.map(String.init) ?? field.value : substituted(field.value))
        }
        let headers = record.headers.map { HTTPField($0.name, substituted($0.value)) }
        return ServedRequest(
            record.method, substituted(record.path) + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            headers: headers, body: body(record.body).bytes)
    }

    /// A recorded message as the fake has to hear it.
    func message(_ message: WebSocketMessage) -> WebSocketMessage {
        if case .text(let text) = message { .text(substituted(text)) } else { message }
    }

    private func body(_ body: RecordedBody) -> RecordedBody {
        switch body {
        case .json(let document): .json(substituted(document, named: ""))
        case .text(let text): .text(substituted(text))
        default: body
        }
    }

    private func substituted(_ document: JSONValue, named name: String) -> JSONValue {
        switch document {
        case .string(let text):
            return .string(substituted(text))
        case .integer(let number) where Self.isNumbered(name):
            return .integer(numbers["\(name.lowercased()) \(number)"] ?? numbers["\(number)"] ?? number)
        case .array(let items): return .array(items.map { substituted($0, named: name) })
        case .object(let fields):
            return .object(
                Dictionary(uniqueKeysWithValues: fields.map { ($0.key, substituted($0.value, named: $0.key)) }))
        default: return document
        }
    }

    private func substituted(_ text: String) -> String {
        if let whole = texts[text] { return whole }
        var result = text
        // Longest first: one id may be the beginning of another. Short ones stand for themselves only.
        let inside = texts.keys.filter { $0.utf8.count >= 8 && text.contains($0) }.sorted { $0.count > $1.count }
        for old in inside { result = Self.replacing(old, texts[old] ?? old, in: result) }
        return result
    }

    /// A text with everything replaced that differs from run to run.
    func masked(_ body: RecordedBody) -> String {
        let text = String(decoding: body.bytes, as: UTF8.self)
        return Self.mappingWords(text) { Self.isRandom(Substring($0)) ? "#" : $0 }
    }

    /// A sentence with the indexes in it that are known by other numbers.
    func translated(_ text: String) -> String {
        Self.mappingWords(text) { word in numbers[word].map(String.init) ?? word }
    }

    private static func mappingWords(_ text: String, _ change: (String) -> String) -> String {
        var mapped = ""
        var word = ""
        for character in text + " " {
            if character.isLetter || character.isNumber {
                word.append(character)
            } else {
                mapped += (word.isEmpty ? "" : change(word)) + String(character)
                word = ""
            }
        }
        return String(mapped.dropLast())
    }

    private static func replacing(_ old: String, _ new: String, in text: String) -> String {
        var parts: [Substring] = []
        var rest = Substring(text)
        while let range = rest.firstRange(of: old) {
            parts.append(rest[..<range.lowerBound])
            rest = rest[range.upperBound...]
        }
        return (parts + [rest]).joined(separator: new)
    }

    private static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            if byte < 128, character.isLetter || character.isNumber || "-._~/".contains(character) {
                return String(character)
            }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count < 2 ? "0" : "") + digits
        }.joined()
    }
}
