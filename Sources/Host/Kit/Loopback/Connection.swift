import NIOCore
import NIOHTTP1
import NIOWebSocket
import Traffic

/// One client's connection: its requests in turn, until one takes it out of HTTP.
struct Connection: Sendable {
    private let channel: any Channel
    private let answering: any Answering
    private let heard: AsyncStream<Heard>
    /// Opens when the client has ended its side.
    private let ended: Gate

    init(_ channel: any Channel, _ answering: any Answering, _ heard: AsyncStream<Heard>, _ ended: Gate) {
        self.channel = channel
        self.answering = answering
        self.heard = heard
        self.ended = ended
    }

    /// Serves until either side is done. A client that breaks off is the client's business.
    func serve() async { try? await talk() }

    private func talk() async throws {
        var incoming = heard.makeAsyncIterator()
        while let item = await incoming.next() {
            guard case .request(let request) = item else { continue }
            let writer = AnswerWriter(channel)
            let isLeaving = request.upgrade != nil
            let answer =
                isLeaving
                ? await answering.answer(request) : try await unless(ended) { await answering.answer(request) }
            switch answer {
            case .whole(let head, let body):
                try await writer.whole(head, body, isHead: request.method == "HEAD", closes: isLeaving)
                if isLeaving { return }
            case .stream(let head, let write):
                try await unless(ended) {
                    try await writer.chunked(head) { piece in try await write(piece) }
                }
            case .upgrade(let head, let talk):
                try await writer.upgraded(head, to: request.upgrade ?? "tcp")
                let bytes = RawInput(heard)
                try await talk(ByteChannel(receive: { try await bytes.next() }, send: { try await writer.raw($0) }))
                return
            case .webSocket(let head, let talk):
                let socket = WebSocketSession(RawInput(heard), writer)
                try await writer.upgraded(accepting(request, head), to: "websocket")
                try await talk(
                    MessageChannel(receive: { try await socket.receive() }, send: { try await socket.send($0) }))
                try await socket.close()
                return
            case .broken(let bytes):
                try await writer.raw(bytes)
                return
            }
        }
    }
}

extension Connection {
    /// `head` with what shows the client that it was understood (RFC 6455, 4.2.2).
    private func accepting(_ request: ServedRequest, _ head: AnswerHead) async throws -> AnswerHead {
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        let asked = HTTPRequestHead(
            version: .http1_1, method: .GET, uri: request.target,
            headers: HTTPHeaders(request.headers.map { ($0.name, $0.value) }))
        let accepted = try await upgrader.buildUpgradeResponse(
            channel: channel, upgradeRequest: asked, initialResponseHeaders: [:]
        ).get()
        var head = head
        for header in accepted where header.name.lowercased() == "sec-websocket-accept" {
            head.headers.append(HTTPField(header.name, header.value))
        }
        return head
    }
}

/// Runs `body`; cancelled when `gate` opens meanwhile.
private func unless<Result: Sendable>(
    _ gate: Gate, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result?.self) { tasks in
        tasks.addTask { try await body() }
        tasks.addTask {
            await gate.wait()
            return nil
        }
        defer { tasks.cancelAll() }
        guard let first = try await tasks.next(), let result = first else { throw CancellationError() }
        return result
    }
}
