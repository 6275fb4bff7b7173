import AdapterKit

/// When a cron task runs, and what Dokku calls it.
package enum CronSchedule {
    private static let words: Set<String> = [
        "@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly",
    ]

    /// Five fields, or a word (contract 3.10).
    package static func isValid(_ text: String) -> Bool {
        if text.hasPrefix("@") { return words.contains(text) }
        let fields = text.split(separator: " ")
        return fields.count == 5
            && fields.allSatisfy { field in
                field.utf8.allSatisfy { byte in
                    (48...57).contains(byte) || [42, 44, 45, 47].contains(byte) || (65...90).contains(byte)
                        || (97...122).contains(byte)
                }
            }
    }

    /// Base 36 of `APP===COMMAND===SCHEDULE` (contract 2.16).
    package static func id(app: AppName, command: String, schedule: String) -> String {
        base36(Array("\(app)===\(command)===\(schedule)".utf8))
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
