import Foundation
import JSONDocument
import Testing

@testable import Nomad

/// Which part of a log's frames is new.
struct LogCursorTests {
    private func frame(_ text: String, _ file: Int, _ offset: Int, event: String? = nil) throws -> LogFrames.Frame {
        var frames = LogFrames()
        var document: JSONValue = [
            "Data": .string(Base64.encode(text)), "File": .string("alloc/logs/web.stdout.\(file)"),
            "Offset": .integer(offset),
        ]
        if let event { document["FileEvent"] = .string(event) }
        return try #require(try frames.take(Array(document.compact.utf8)).first)
    }

    private func text(_ piece: LogCursor.Piece) -> String { String(decoding: piece.bytes, as: UTF8.self) }

    @Test func whatWasReadIsLeftOut() throws {
        var cursor = LogCursor()
        #expect(text(cursor.take(try frame("one two", 0, 7))) == "one two")
        cursor.reconnect()
        #expect(text(cursor.take(try frame("one two", 0, 7))) == "")
        #expect(text(cursor.take(try frame(" three", 0, 13))) == " three")
        cursor.reconnect()
        #expect(text(cursor.take(try frame("two three four", 0, 18))) == " four")
        #expect(cursor.position == LogPosition(file: 0, offset: 18))
    }

    /// Nomad names the end of the first of the reads that a frame is made of.
    @Test func aFrameOfSeveralReads() throws {
        var cursor = LogCursor()
        #expect(text(cursor.take(try frame("one two", 0, 3))) == "one two")
        #expect(cursor.position == LogPosition(file: 0, offset: 7))
        #expect(text(cursor.take(try frame(" three", 0, 9))) == " three")
        #expect(cursor.position == LogPosition(file: 0, offset: 13))
    }

    @Test func logsThatAreCutIntoFiles() throws {
        var cursor = LogCursor()
        _ = cursor.take(try frame("one", 3, 1_003))
        let next = cursor.take(try frame("two", 4, 3))
        #expect(text(next) == "two" && !next.hasGap)
        cursor.reconnect()
        let old = cursor.take(try frame("one", 3, 1_003))
        #expect(text(old) == "" && !old.hasGap)
        #expect(text(cursor.take(try frame("two three", 4, 9))) == " three")
    }

    @Test func whatWasMissedIsTold() throws {
        var cursor = LogCursor()
        _ = cursor.take(try frame("one", 0, 3))
        cursor.reconnect()
        #expect(cursor.take(try frame("three", 0, 12)).hasGap)
        cursor.reconnect()
        #expect(cursor.take(try frame("four", 2, 4)).hasGap)
        cursor.reconnect()
        #expect(!cursor.take(try frame("four five", 2, 9)).hasGap)
    }

    @Test func aFileThatBeginsAnew() throws {
        var cursor = LogCursor()
        _ = cursor.take(try frame("one two", 0, 7))
        #expect(text(cursor.take(try frame("new", 0, 3, event: "file truncated"))) == "new")
        #expect(cursor.position == LogPosition(file: 0, offset: 3))
    }

    @Test func framesComeInAnyNumberOfPieces() throws {
        let all = #"{"Data":"b25lfSI=","File":"alloc/logs/web.stdout.0","Offset":5}{}{"Data":"Igo=","File":"a\"}.0"}"#
        var frames = LogFrames()
        var found: [LogFrames.Frame] = []
        for byte in Array(all.utf8) { found += try frames.take([byte]) }
        #expect(found.map { String(decoding: $0.bytes, as: UTF8.self) } == ["one}\"", "", "\"\n"])
        #expect(found[1] == LogFrames.Frame())
    }
}

private enum Base64 {
    static func encode(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
}
