import APIClient
import FoundationEssentials

/// The JSON documents of a stream that has one a line, such as events and progress.
package struct JSONLines<Document: Decodable & Sendable>: AsyncSequence, Sendable {
    package typealias Element = Document

    private let bytes: ByteStream

    package init(_ bytes: ByteStream) {
        self.bytes = bytes
    }

    package struct AsyncIterator: AsyncIteratorProtocol {
        private var bytes: ByteStream.AsyncIterator
        private var splitter = LineSplitter()
        private var ready: ArraySlice<[UInt8]> = []

        init(_ bytes: ByteStream) { self.bytes = bytes.makeAsyncIterator() }

        package mutating func next() async throws -> Document? {
            while true {
                while let line = ready.popFirst() {
                    if line.allSatisfy({ $0 == 32 || $0 == 13 || $0 == 9 }) { continue }
                    do {
                        return try JSONDecoder().decode(Document.self, from: Data(line))
                    } catch {
                        throw APIFailure.unexpectedReply(call: "the stream", reason: "a line is not as expected")
                    }
                }
                guard let chunk = try await bytes.next() else {
                    guard let last = splitter.remainder() else { return nil }
                    ready = [last]
                    continue
                }
                ready = splitter.lines(adding: chunk)[...]
            }
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(bytes) }
}
