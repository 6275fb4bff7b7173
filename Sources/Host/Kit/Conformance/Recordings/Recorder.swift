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
                (response.status, response.headers) = (head.status, head.headers)
                response.upgrade = request.upgrade == Self.spdy ? "spdy" : "tcp"
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
        case .webSocket(let head, let talk):
            let channels = WebSocketChannels(head.header("sec-websocket-protocol") ?? "")
            return .webSocket(head) { messages in
                try await talk(
                    MessageChannel {
                        let message = try await messages.receive()
                        self.spoken(number, .sent, message.flatMap { channels.read($0) } ?? ("close", .none))
                        return message
                    } send: { message in
                        self.spoken(number, .received, channels.read(message))
                        try await messages.send(message)
                    })
            }
        case .upgrade(let head, let talk) where request.upgrade == Self.spdy:
            return .upgrade(head) { channel in
                let tap = Synchronized(SPDYTap(request))
                try await talk(
                    ByteChannel {
                        let bytes = try await channel.receive()
                        for frame in tap.update({ $0.sent(bytes ?? []) }) { self.spoken(number, .sent, frame) }
                        return bytes
                    } send: { bytes in
                        for frame in tap.update({ $0.received(bytes) }) { self.spoken(number, .received, frame) }
                        try await channel.send(bytes)
                    })
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

    static let spdy = "spdy/3.1"
    /// Channels whose messages are whole documents: where one ends is no chance.
    private static let messages: Set<String> = ["ws-text", "ws-binary"]

    /// One side has said something over a numbered stream; greetings without a word are left out.
    private func spoken(
        _ number: Int, _ direction: Frame.Direction, _ said: (channel: String, content: RecordedBody)?
    ) {
        guard let said, said.channel == "close" || said.content != .none else { return }
        frame(number, direction, said.channel, said.content)
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
                last.after == after, response.upgrade != nil, last.content != .none, content != .none,
                !Self.messages.contains(channel)
            else { return response.frames.append(frame) }
            // Where a stream of bytes is cut is chance.
            response.frames[response.frames.count - 1].content = RecordedBody.joined(last.content, content)
        }
    }
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
