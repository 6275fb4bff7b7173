import APIClient

/// One line of a container's log.
struct LogLine: Sendable, Equatable {
    /// RFC 3339 with nanoseconds, as the server wrote it; empty when it wrote none.
    var time: String
    /// Without the newline.
    var text: [UInt8]
}

/// Makes lines out of a log with times.
///
/// Container runtimes keep long lines in pieces, and servers before 1.29 put a time before each of them; the times
/// inside a line are taken out again.
struct LogDecoder: Sendable {
    /// What the sizes of pieces are multiples of.
    private static let piece = 4_096

    private var splitter = LineSplitter()
    /// The time of a line so long that it is handed on in parts.
    private var unfinished: String?

    mutating func lines(adding bytes: [UInt8]) -> [LogLine] { splitter.lines(adding: bytes).map { line($0) } }

    /// What was begun and never ended with a newline.
    mutating func rest() -> [LogLine] { splitter.remainder().map { [line($0)] } ?? [] }

    private mutating func line(_ bytes: [UInt8]) -> LogLine {
        let begun = unfinished
        var line = begun.map { LogLine(time: $0, text: bytes) } ?? Self.line(bytes)
        unfinished = bytes.count >= LineSplitter.longest ? line.time : nil
        if line.text.last == 13 { line.text.removeLast() }
        return line
    }

    private static func line(_ bytes: [UInt8]) -> LogLine {
        guard let blank = end(ofTimeIn: bytes[...]) else { return LogLine(time: "", text: bytes) }
        let time = String(decoding: bytes[..<blank], as: UTF8.self)
        var text = Array(bytes[(blank + 1)...])
        if text.count > piece { text = withoutTimes(text, like: blank) }
        return LogLine(time: time, text: text)
    }

    /// - Parameter length: how long a time is in this log.
    private static func withoutTimes(_ text: [UInt8], like length: Int) -> [UInt8] {
        var kept: [UInt8] = []
        kept.reserveCapacity(text.count)
        var rest = text[...]
        while rest.count > piece {
            kept += rest.prefix(piece)
            rest = rest.dropFirst(piece)
            if let blank = end(ofTimeIn: rest), blank - rest.startIndex == length {
                rest = rest[(blank + 1)...]
            }
        }
        return kept + rest
    }

    /// Where the blank after `2026-11-23T01:02:03.000000000Z` is, or after a time with an offset.
    private static func end(ofTimeIn bytes: ArraySlice<UInt8>) -> Int? {
        let start = bytes.startIndex
        guard bytes.count > 20, bytes[start + 4] == 45, bytes[start + 10] == 84, bytes[start + 13] == 58,
            let blank = bytes.prefix(40).firstIndex(of: 32), blank - start >= 20,
            bytes[start..<(start + 4)].allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return blank
    }
}
