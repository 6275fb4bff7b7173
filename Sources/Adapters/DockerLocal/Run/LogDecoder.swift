import APIClient
import AdapterKit
import DockerEngine

/// One line of a container's log.
struct LogLine: Sendable, Equatable {
    /// RFC 3339 with nanoseconds, so that text order is time order; empty when unknown.
    var time: String
    var channel: OutputChannel
    /// Without the newline.
    var text: [UInt8]
}

/// Makes lines out of a log stream with times.
///
/// The engine cuts long lines into messages of 16 kB and puts a time before each of them; a message is one frame,
/// so the times inside a line can be taken out again. The bytes of a terminal come without frames.
struct LogDecoder: Sendable {
    private enum Form { case unknown, frames, plain }

    private var form = Form.unknown
    private var stream = MultiplexedStream()
    private var partial: [OutputChannel: LogLine] = [:]
    private var splitter = LineSplitter()

    /// - Throws: ``MultiplexedStream/Malformed`` when the stream is none.
    mutating func lines(adding bytes: [UInt8]) throws -> [LogLine] {
        guard !bytes.isEmpty else { return [] }
        // A time begins with a digit, a frame's head with a number below 4.
        if form == .unknown { form = bytes[0] < 4 ? .frames : .plain }
        switch form {
        case .frames:
            return try stream.take(bytes, whole: true).flatMap {
                message(Array($0.bytes), $0.channel == .error ? .error : .output)
            }
        case .plain, .unknown:
            return splitter.lines(adding: bytes).flatMap { message($0 + [10], .output) }
        }
    }

    /// What was begun and never ended with a newline.
    mutating func rest() -> [LogLine] {
        if let rest = splitter.remainder() { _ = message(rest, .output) }
        defer { partial = [:] }
        return partial.values.filter { !$0.text.isEmpty }.sorted { $0.time < $1.time }
    }

    private mutating func message(_ bytes: [UInt8], _ channel: OutputChannel) -> [LogLine] {
        let (time, text) = Self.split(bytes)
        var line = partial[channel] ?? LogLine(time: time, channel: channel, text: [])
        partial[channel] = nil
        guard text.last == 10 else {
            line.text += text
            // A workload that never ends a line does not get all memory.
            if line.text.count > LineSplitter.longest { return [line] }
            partial[channel] = line
            return []
        }
        line.text += text.dropLast()
        if line.text.last == 13 { line.text.removeLast() }
        return [line]
    }

    /// `2026-11-23T01:02:03.000000000Z text`
    private static func split(_ bytes: [UInt8]) -> (time: String, text: ArraySlice<UInt8>) {
        guard let blank = bytes.prefix(40).firstIndex(of: 32), blank >= 20, bytes[4] == 45, bytes[10] == 84 else {
            return ("", bytes[...])
        }
        return (String(decoding: bytes[..<blank], as: UTF8.self), bytes[(blank + 1)...])
    }
}
