import AdapterKit
import FoundationEssentials

/// When a cron task runs, and what Dokku calls it.
package enum CronSchedule {
    private static let words: Set<String> = [
        "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
    ]

    /// Five fields, or a word (contract 3.10).
    package static func isValid(_ text: String) -> Bool {
        if text.hasPrefix("@") { return words.contains(text) }
        let fields = text.split(separator: " ")
        return fields.count == Self.fields.count && zip(fields, Self.fields).allSatisfy { isValid($0, $1) }
    }

    private struct Field {
        var range: ClosedRange<Int>
        /// Words for numbers, from the range's first.
        var names: [String] = []
    }

    private static let fields = [
        Field(range: 0...59), Field(range: 0...23), Field(range: 1...31),
        Field(
            range: 1...12, names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]),
        Field(range: 0...7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]),
    ]

    /// Parts separated by commas, each `*`, a value or a range, maybe with a step.
    private static func isValid(_ text: Substring, _ field: Field) -> Bool {
        text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { part in
            let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2 { guard let step = Int(halves[1]), step > 0 else { return false } }
            guard let span = halves.first, span != "*" else { return halves.first == "*" }
            let ends = span.split(separator: "-", omittingEmptySubsequences: false).map { value(of: $0, field) }
            guard ends.count <= 2, let first = ends[0] else { return false }
            return ends.count == 1 || ends[1].map { first <= $0 } == true
        }
    }

    private static func value(of text: Substring, _ field: Field) -> Int? {
        let number = Int(text) ?? field.names.firstIndex(of: text.lowercased()).map { $0 + field.range.lowerBound }
        return number.flatMap { field.range.contains($0) ? $0 : nil }
    }

    /// Base 36 of `APP===COMMAND===SCHEDULE` (contract 2.16).
    /// - Parameter isBase64: whether it is base 64 instead, as with Dokku 0.26 to 0.28.
    package static func id(app: AppName, command: String, schedule: String, isBase64: Bool = false) -> String {
        let bytes = Array("\(app)===\(command)===\(schedule)".utf8)
        return isBase64 ? Data(bytes).base64EncodedString() : base36(bytes)
    }

    /// `bytes` as one large number in base 36, lower case.
    static func base36(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz")
        var number = bytes.drop { $0 == 0 }
        var text: [Character] = []
        while !number.isEmpty {
            var quotient: [UInt8] = []
            var rest = 0
            for byte in number {
                let value = rest << 8 | Int(byte)
                quotient.append(UInt8(value / 36))
                rest = value % 36
            }
            text.append(digits[rest])
            number = quotient.drop { $0 == 0 }
        }
        return String(text.reversed())
    }
}
