import AdapterKit

/// What a trigger file wrote, and how it ended.
struct TriggerOutput: Sendable {
    var status = ExitStatus.success
    private(set) var output: [UInt8] = []
    private(set) var error: [UInt8] = []
    /// Both as they came.
    private var all: [UInt8] = []

    /// More than this is for nobody to read.
    private static let limit = 4 << 20

    mutating func add(_ bytes: [UInt8], _ channel: OutputChannel) {
        guard all.count < Self.limit else { return }
        all += bytes
        if channel == .output { output += bytes } else { error += bytes }
    }

    var text: String { String(decoding: output, as: UTF8.self) }
    /// Everything, in the order in which it was read.
    var everything: String { String(decoding: all, as: UTF8.self) }

    /// The last lines that hold something, without Dokku's marks in front of them.
    func lastLines(_ count: Int) -> [String] { Self.lines(everything).suffix(count).map { String($0) } }

    /// Whether its last word is a failure in Dokku's own format: a warning on standard error.
    var endsWithComplaint: Bool {
        String(decoding: error, as: UTF8.self).split(separator: "\n").last?.hasPrefix(" !     ") == true
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(whereSeparator: \.isNewline).map { line in
            var line = line
            for mark in ["----->", "=====>", " !    "] where line.hasPrefix(mark) { line = line.dropFirst(mark.count) }
            line = line.drop { $0 == " " }
            return line.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
                ? Substring(
                    String(
                        String.UnicodeScalarView(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })))
                : line
        }.filter { !$0.isEmpty }
    }
}
