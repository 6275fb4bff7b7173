/// Times as recordings have them: the same in every run, and later ones never earlier.
///
/// Whether two things happened within the same second is chance. A time is therefore known by where it stands and to
/// what it belongs, not by its value.
struct TimeTable {
    /// What a time belongs to that stands in no object of its own.
    var scope = ""
    private var seconds: [String: Int] = [:]
    private var inTexts = 0

    /// 2000-01-01T00:00:00Z
    private static let base = 946_684_800

    mutating func text(for time: String, place: String, owner: String?) -> String {
        // Go writes a time that never was as the first second of the first year.
        if time.hasPrefix("0001-01-01") { return time }
        return Self.text(second("\(owner ?? scope) \(place)"), like: time)
    }

    mutating func number(for number: Int, place: String, owner: String?) -> Int {
        let time = Self.base + second("\(owner ?? scope) \(place)")
        return number > 1_000_000_000_000_000 ? time * 1_000_000_000 : time
    }

    private mutating func second(_ key: String) -> Int {
        if let known = seconds[key] { return known }
        seconds[key] = seconds.count + 1
        return seconds.count
    }

    /// `text` with the times in it replaced, each by the next second.
    mutating func inText(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if let end = Self.end(in: bytes, at: index) {
                let found = String(decoding: bytes[index..<end], as: UTF8.self)
                inTexts += 1
                result += Self.text(second("\(scope) text \(inTexts)"), like: found).utf8
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Whether all of `text` is a time as RFC 3339 writes it.
    static func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return end(in: bytes, at: 0) == bytes.count && !bytes.isEmpty
    }

    private static let start = TextPattern("9999-99-99T99:99:9")

    private static func end(in bytes: [UInt8], at index: Int) -> Int? {
        guard index + 19 < bytes.count, bytes[index + 10] == UInt8(ascii: "T"),
            index == 0 || !TextPattern.isWord(bytes[index - 1]),
            start.end(in: Array(bytes[index..<(index + 18)]), at: 0) != nil
        else { return nil }
        var end = index + 19
        if bytes[end] == UInt8(ascii: ".") {
            end += 1
            while end < bytes.count, (48...57).contains(bytes[end]) { end += 1 }
        }
        guard end < bytes.count else { return nil }
        if bytes[end] == UInt8(ascii: "Z") { return end + 1 }
        return "+-".utf8.contains(bytes[end]) && end + 6 <= bytes.count ? end + 6 : nil
    }

    private static func text(_ second: Int, like time: String) -> String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let clock = "\(two(second / 3_600 % 24)):\(two(second / 60 % 60)):\(two(second % 60))"
        let digits = time.contains(".") ? time.drop { $0 != "." }.dropFirst().prefix { $0.isNumber }.count : 0
        // Go leaves zeros at the end away, so that the number of digits is chance, too.
        let fraction = digits == 0 ? "" : digits <= 6 && time.hasSuffix("Z") && digits > 3 ? ".000000" : ".000000000"
        return "2000-01-\(two(1 + second / 86_400))T\(clock)\(fraction)Z"
    }
}
