import APIClient
import JSONDocument
import Traffic

/// Takes a stream's bytes apart into frames with their channel.
package struct FrameSplitter {
    private let framing: Scenario.Stream.Framing?
    private var lines = LineSplitter()
    private var buffer: [UInt8] = []

    /// - Parameter framing: `nil` for bytes that have none.
    package init(_ framing: Scenario.Stream.Framing?) {
        self.framing = framing
    }

    package mutating func take(_ bytes: [UInt8]) throws -> [(channel: String, content: RecordedBody)] {
        switch framing {
        case nil: return [("raw", text(bytes))]
        case .json: return lines.lines(adding: bytes).filter { !$0.isEmpty }.map { ("raw", RecordedBody($0)) }
        case .lines: return lines.lines(adding: bytes).map { ("raw", text($0 + [10])) }
        case .docker: return try multiplexed(bytes)
        }
    }

    /// What stands behind the last whole frame.
    package mutating func rest() -> [(channel: String, content: RecordedBody)] {
        guard let rest = lines.remainder() else { return [] }
        return [("raw", framing == .json ? RecordedBody(rest) : text(rest))]
    }

    /// Docker's frames: a channel, three zeros, a length of four bytes, and what is said.
    private mutating func multiplexed(_ bytes: [UInt8]) throws -> [(channel: String, content: RecordedBody)] {
        buffer += bytes
        var found: [(channel: String, content: RecordedBody)] = []
        while buffer.count >= 8 {
            guard buffer[0] < 4, buffer[1...3].allSatisfy({ $0 == 0 }) else {
                throw ScenarioProblem("the stream is not multiplexed")
            }
            let length = buffer[4..<8].reduce(0) { $0 << 8 | Int($1) }
            guard buffer.count >= 8 + length else { break }
            found.append(
                (["stdin", "stdout", "stderr", "error"][Int(buffer[0])], text(Array(buffer[8..<(8 + length)]))))
            buffer.removeFirst(8 + length)
        }
        return found
    }

    private func text(_ bytes: [UInt8]) -> RecordedBody {
        bytes.isEmpty ? .none : String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
    }
}
