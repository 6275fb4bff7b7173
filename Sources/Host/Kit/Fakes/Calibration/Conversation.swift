import APIClient
import JSONDocument
import Traffic

/// Asks a fake and gathers its answer whole, whatever kind it is, and never waits for ever.
struct Conversation: Sendable {
    let fake: any Answering
    let patience: Double
    let unframing: Calibration.Unframing
    let coding: Calibration.FrameCoding

    /// The answer as a recording of it would hold it; `nil` when none came in time.
    func ask(_ request: ServedRequest, as exchange: Exchange, _ identities: Identities) async -> ResponseRecord? {
        let fake = fake
        guard let answer = await bounded(patience, { await fake.answer(request) }) else { return nil }
        switch answer {
        case .whole(let head, let body):
            let frames = exchange.response.frames.isEmpty ? [] : unframing(exchange, body)
            return record(head, frames.isEmpty ? RecordedBody(body) : .none, frames)
        case .stream(let head, let write):
            let bytes = await gather(write) { bytes in
                // A plain body has an end; frames are enough when there are as many as were recorded.
                let expected = exchange.response.frames.count
                return expected > 0 && unframing(exchange, bytes).count >= expected
            }
            if exchange.response.frames.isEmpty { return record(head, RecordedBody(bytes), []) }
            return record(head, .none, unframing(exchange, bytes))
        case .webSocket(let head, let talk):
            let frames = await converse(exchange, identities) { incoming, outgoing in
                try await talk(
                    MessageChannel(
                        receive: { await incoming.next().map { identities.message(coding.message($0)) } },
                        send: { await outgoing.add([coding.frame($0)]) }))
            }
            return record(head, .none, frames, upgrade: "websocket")
        case .upgrade(let head, let talk):
            let frames = await converse(exchange, identities) { incoming, outgoing in
                try await talk(
                    ByteChannel(
                        receive: { await incoming.next()?.content.bytes },
                        send: { await outgoing.add(unframing(exchange, $0)) }))
            }
            return record(head, .none, frames, upgrade: "tcp")
        case .broken(let bytes):
            return ResponseRecord(0, body: RecordedBody(bytes))
        }
    }

    private func record(_ head: AnswerHead, _ body: RecordedBody, _ frames: [Frame], upgrade: String? = nil)
        -> ResponseRecord
    {
        ResponseRecord(head.status, headers: head.headers, body: body, upgrade: upgrade, frames: frames)
    }

    /// A stream's bytes until it ends, `isEnough`, or patience does.
    private func gather(
        _ write: @escaping @Sendable (_ piece: @Sendable ([UInt8]) async throws -> Void) async throws -> Void,
        isEnough: @escaping @Sendable ([UInt8]) -> Bool
    ) async -> [UInt8] {
        let gathered = Gathered<UInt8>()
        _ = await bounded(patience) {
            try? await write { piece in
                await gathered.add(piece)
                if isEnough(await gathered.items) { throw CancellationError() }
            }
        }
        return await gathered.items
    }

    /// Says the recorded side of a conversation and gathers the other side.
    private func converse(
        _ exchange: Exchange, _ identities: Identities,
        _ talk: @escaping @Sendable (Script, Gathered<Frame>) async throws -> Void
    ) async -> [Frame] {
        let heard = Gathered<Frame>()
        let script = Script(exchange.response.frames, heard: heard, patience: patience / 4)
        _ = await bounded(patience) { try? await talk(script, heard) }
        return await heard.items
    }
}

/// What a client says in a recorded conversation, each time after it has heard what it had heard then.
actor Script {
    private var lines: [(frame: Frame, heardBefore: Int)] = []
    private let heard: Gathered<Frame>
    private let patience: Double

    init(_ frames: [Frame], heard: Gathered<Frame>, patience: Double) {
        var received = 0
        for frame in frames {
            if frame.direction == .sent { lines.append((frame, received)) } else { received += 1 }
        }
        self.heard = heard
        self.patience = patience
    }

    /// The next message; at the end it waits to be cancelled, as a client does that listens to the rest.
    func next() async -> Frame? {
        guard !lines.isEmpty else {
            try? await Task.sleep(for: .seconds(patience * 4))
            return nil
        }
        let line = lines.removeFirst()
        let deadline = ContinuousClock.now + .seconds(patience)
        while await heard.items.count < line.heardBefore, ContinuousClock.now < deadline, !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(5))
        }
        return line.frame
    }
}

/// Things in the order in which they came.
actor Gathered<Item: Sendable> {
    private(set) var items: [Item] = []
    func add(_ more: [Item]) { items += more }
}

/// The result of `body`, or `nil` after `seconds`. What goes on for longer is cancelled and left to itself: a fake that
/// does not react to that must not hold up a test.
func bounded<Result: Sendable>(_ seconds: Double, _ body: @escaping @Sendable () async -> Result) async -> Result? {
    let (results, feed) = AsyncStream<Result?>.makeStream()
    let work = Task { feed.yield(await body()) }
    let timer = Task {
        try? await Task.sleep(for: .seconds(seconds))
        feed.yield(nil)
    }
    defer {
        work.cancel()
        timer.cancel()
    }
    for await result in results { return result }
    return nil
}

/// Frames as they stand in a recording, where a backend has no framing of its own.
package enum FrameReading {
    /// JSON documents one after the other, or the whole as it is.
    package static func documents(_ bytes: [UInt8]) -> [Frame] {
        guard !bytes.isEmpty else { return [] }
        guard bytes.first(where: { !" \n\r\t".utf8.contains($0) }) == UInt8(ascii: "{") else {
            return [Frame(.received, "raw", RecordedBody(bytes))]
        }
        return split(bytes).map { Frame(.received, "raw", RecordedBody($0)) }
    }

    /// A frame as the message that it came from.
    package static func message(_ frame: Frame) -> WebSocketMessage {
        switch (frame.channel, frame.content) {
        case ("close", _): .close(1000, "")
        case ("ws-binary", let content): .binary(content.bytes)
        case (_, .bytes(let bytes)): .binary(bytes)
        case (_, .json(let document)): .text(document.compact)
        case (_, let content): .text(String(decoding: content.bytes, as: UTF8.self))
        }
    }

    /// A message as a frame on `ws-text`, `ws-binary` or `close`.
    package static func frame(_ message: WebSocketMessage) -> Frame {
        switch message {
        case .text(let text): Frame(.received, "ws-text", RecordedBody(Array(text.utf8)))
        case .binary(let bytes), .ping(let bytes), .pong(let bytes):
            Frame(.received, "ws-binary", RecordedBody(bytes))
        case .close: Frame(.received, "close", .none)
        }
    }

    /// `bytes` cut between top-level objects; a part that has no end yet is left out.
    private static func split(_ bytes: [UInt8]) -> [[UInt8]] {
        var documents: [[UInt8]] = []
        var depth = 0
        var start = 0
        var isQuoted = false
        var isEscaped = false
        for (index, byte) in bytes.enumerated() {
            if isQuoted {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isQuoted = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isQuoted = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if depth == 0 { start = index }
                depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { documents.append(Array(bytes[start...index])) }
            default: break
            }
        }
        return documents
    }
}
