import AdapterKit
import Testing

@testable import DockerLocal

struct LogDecoderTests {
    private func frame(_ channel: UInt8, _ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        return [channel, 0, 0, 0] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
    }

    private static let early = "2026-11-23T01:00:00.000000001Z"
    private static let late = "2026-11-23T01:00:00.000000002Z"

    private func decode(_ bytes: [UInt8], pieces size: Int) throws -> [LogLine] {
        var decoder = LogDecoder()
        var lines: [LogLine] = []
        for start in stride(from: 0, to: bytes.count, by: size) {
            lines += try decoder.lines(adding: Array(bytes[start..<min(start + size, bytes.count)]))
        }
        return lines + decoder.rest()
    }

    @Test func linesKeepTimeChannelAndTextHoweverTheyCome() throws {
        let bytes = frame(1, "\(Self.early) out\n") + frame(2, "\(Self.late) err\n")
        let expected = [
            LogLine(time: Self.early, channel: .output, text: Array("out".utf8)),
            LogLine(time: Self.late, channel: .error, text: Array("err".utf8)),
        ]
        for size in 1...bytes.count { #expect(try decode(bytes, pieces: size) == expected, "pieces of \(size)") }
    }

    @Test func messagesOfOneLongLineAreJoinedWithoutTheirTimes() throws {
        let bytes = frame(1, "\(Self.early) one ") + frame(1, "\(Self.late) two\n")
        #expect(
            try decode(bytes, pieces: 7) == [LogLine(time: Self.early, channel: .output, text: Array("one two".utf8))])
    }

    @Test func aLastLineWithoutEndIsNotLost() throws {
        #expect(
            try decode(frame(1, "\(Self.early) end"), pieces: 5).map { String(decoding: $0.text, as: UTF8.self) } == [
                "end"
            ]
        )
    }

    @Test func theBytesOfATerminalHaveNoFrames() throws {
        let bytes = Array("\(Self.early) one\r\n\(Self.late) two\r\n".utf8)
        #expect(try decode(bytes, pieces: 3).map { String(decoding: $0.text, as: UTF8.self) } == ["one", "two"])
    }

    @Test func bytesThatAreNoTextSurvive() throws {
        let text: [UInt8] = [0xFF, 0x00, 0x80, 9]
        let line = Array("\(Self.early) ".utf8) + text + [10]
        let bytes: [UInt8] = [1, 0, 0, 0, 0, 0, 0, UInt8(line.count)] + line
        #expect(try decode(bytes, pieces: 4).map(\.text) == [text])
    }
}
