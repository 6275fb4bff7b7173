import Foundation
import Scenarios
import Synchronization
import Traffic

/// Writes down what is asked and answered, the pieces of streams with what had happened before each.
package final class Recorder: Answering {
    private struct State {
        var exchanges: [Exchange] = []
    }

    private let base: any Answering
    private let state = Mutex(State())
    private let start = ContinuousClock().now

    package init(_ base: any Answering) {
        self.base = base
    }

    /// What was written down so far; requests that ran side by side stand in an order of their own making.
    package var exchanges: [Exchange] { state.withLock { $0.exchanges } }

    /// How many exchanges have begun.
    package var begun: Int { state.withLock { $0.exchanges.count } }

    package func answer(_ request: ServedRequest) async -> Answer {
        let number = state.withLock { state in
            state.exchanges.append(
                Exchange(
                    step: "", request: RequestRecord(request),
                    response: ResponseRecord(0)))
            return state.exchanges.count - 1
        }
        let answer = await base.answer(request)
        note(number) { response, begun in
            if begun > number + 1 { response.after = begun }
            switch answer {
            case .whole(let head, let body):
                (response.status, response.headers) = (head.status, head.headers)
                response.body = RecordedBody(body)
            case .stream(let head, _):
                (response.status, response.headers, response.ending) = (head.status, head.headers, .left)
            case .upgrade(let head, _):
                (response.status, response.headers, response.upgrade) = (head.status, head.headers, "tcp")
            case .webSocket(let head, _):
                (response.status, response.headers, response.upgrade) = (head.status, head.headers, "websocket")
            case .broken: break
            }
        }
        switch answer {
        case .stream(let head, let write):
            let splitter = Synchronized(StreamSplitter(request))
            return .stream(head) { piece in
                try await write { bytes in
                    self.heard(number, splitter.update { $0.take(bytes) })
                    try await piece(bytes)
                }
                self.heard(number, splitter.update { $0.rest() })
                self.note(number) { response, _ in response.ending = .ended }
            }
        case .upgrade(let head, let talk):
            return .upgrade(head) { channel in
                let splitter = Synchronized(StreamSplitter(request))
                let recorded = ByteChannel {
                    let bytes = try await channel.receive()
                    self.frame(number, .sent, bytes == nil ? "close" : "stdin", bytes.map { RecordedBody($0) } ?? .none)
                    return bytes
                } send: { bytes in
                    self.heard(number, splitter.update { $0.take(bytes) })
                    try await channel.send(bytes)
                }
                try await talk(recorded)
            }
        default: return answer
        }
    }

    private func note(_ number: Int, _ change: (inout ResponseRecord, _ begun: Int) -> Void) {
        state.withLock { state in
            let begun = state.exchanges.count
            change(&state.exchanges[number].response, begun)
        }
    }

    private func heard(_ number: Int, _ pieces: [(channel: String, content: RecordedBody)]) {
        for (channel, content) in pieces { frame(number, .received, channel, content) }
    }

    private func frame(_ number: Int, _ direction: Frame.Direction, _ channel: String, _ content: RecordedBody) {
        let time = Int((ContinuousClock().now - start) / .milliseconds(1))
        note(number) { response, begun in
            let after = begun > number + 1 ? begun : nil
            let frame = Frame(time: time, direction, channel, content, after: after)
            guard let last = response.frames.last, last.channel == channel, last.direction == direction,
                last.after == after, response.upgrade != nil, last.content != .none, content != .none
            else { return response.frames.append(frame) }
            // Where a stream of bytes is cut is chance.
            response.frames[response.frames.count - 1].content = RecordedBody.joined(last.content, content)
        }
    }
}

/// Takes a Docker stream apart, whatever it holds.
struct StreamSplitter: Sendable {
    private var splitter: FrameSplitter?
    private let isJSON: Bool

    init(_ request: ServedRequest) {
        isJSON = ["events", "wait"].contains(request.pathParts.last ?? "")
        if isJSON { splitter = FrameSplitter(.json) }
    }

    mutating func take(_ bytes: [UInt8]) -> [(channel: String, content: RecordedBody)] {
        if splitter == nil {
            // A container with a terminal has no frames.
            let hasFrames = bytes.count >= 8 && bytes[0] < 3 && bytes[1...3].allSatisfy { $0 == 0 }
            splitter = FrameSplitter(hasFrames ? .docker : nil)
        }
        return (try? splitter?.take(bytes)) ?? [("raw", RecordedBody(bytes))]
    }

    mutating func rest() -> [(channel: String, content: RecordedBody)] { splitter?.rest() ?? [] }
}

extension RecordedBody {
    static func joined(_ first: RecordedBody, _ second: RecordedBody) -> RecordedBody {
        let bytes = first.bytes + second.bytes
        return String(validating: bytes, as: UTF8.self).map { .text($0) } ?? .bytes(bytes)
    }
}

extension RequestRecord {
    /// A request as a recording holds it, nothing taken out yet.
    package init(_ request: ServedRequest) {
        self.init(
            request.method, request.path, query: request.query, headers: request.headers,
            body: RecordedBody(request.body))
    }
}
