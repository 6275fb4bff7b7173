import APIClient
import JSONDocument
import Traffic

/// One request and everything that is said because of it.
struct Conversation: Sendable {
    let request: StepRequest
    let step: Scenario.Step
    let transport: CurlTransport
    /// Told when the answer's head is there; gives how many exchanges have begun by then.
    let begun: @Sendable () async -> Int
    /// How many exchanges had begun with this one.
    let begunBefore: Int

    /// What came of it.
    struct Heard: Sendable {
        var response: ResponseRecord

        /// Of a stream, the last frame that is a document.
        var lastDocument: JSONValue? { response.frames.last { $0.content.json != nil }?.content.json }

        /// Enough of it for a message.
        var excerpt: String {
            let body = response.body == .none ? response.frames.last?.content.bytes ?? [] : response.body.bytes
            return "\(response.status) " + String(decoding: body.prefix(600), as: UTF8.self)
        }
    }

    func hold() async throws -> Heard {
        switch step.talk {
        case .answer:
            let answer = try await transport.response(to: request.apiRequest())
            _ = await begun()
            return Heard(
                response: ResponseRecord(
                    answer.status, headers: fields(answer.head), body: RecordedBody(answer.body)))
        case .stream(let stream): return try await read(stream)
        case .webSocket(let session, let name): return try await webSocket(session, name)
        case .upgrade(let session, let isMultiplexed): return try await upgrade(session, isMultiplexed)
        }
    }

    private func fields(_ head: ResponseHead) -> [HTTPField] { head.headers.map { HTTPField($0.name, $0.value) } }

    // MARK: streams

    private func read(_ stream: Scenario.Stream) async throws -> Heard {
        let answer = try await transport.stream(request.apiRequest(timeouts: .untilItEnds))
        guard answer.head.status < 300 else {
            var body: [UInt8] = []
            for try await chunk in answer.body { body += chunk }
            _ = await begun()
            return Heard(
                response: ResponseRecord(answer.head.status, headers: fields(answer.head), body: RecordedBody(body)))
        }
        _ = await begun()
        let log = FrameLog(begunBefore: begunBefore, isBackground: step.isBackground, begun: begun)
        await within(stream.seconds) {
            var splitter = FrameSplitter(stream.framing)
            for try await chunk in answer.body {
                for (channel, content) in try splitter.take(chunk) {
                    if await log.received(channel, content, stream) { return }
                }
            }
            for (channel, content) in splitter.rest() { _ = await log.received(channel, content, stream) }
        }
        let frames = await log.frames
        if let condition = stream.until {
            let last = frames.last?.content.json
            guard condition.holds(status: answer.head.status, last) else {
                throw ScenarioProblem(
                    "what it waits for did not come within \(stream.seconds) s, last: \(last?.compact.prefix(800) ?? "")"
                )
            }
        }
        return Heard(response: ResponseRecord(answer.head.status, headers: fields(answer.head), frames: frames))
    }

    // MARK: connections that leave HTTP

    private func webSocket(_ session: Scenario.Session, _ name: String) async throws -> Heard {
        let key = Base64.encode((0..<16).map { _ in UInt8.random(in: 0...255) })
        var asked = [
            HTTPHeader("Connection", "Upgrade"), HTTPHeader("Upgrade", "websocket"),
            HTTPHeader("Sec-WebSocket-Version", "13"), HTTPHeader("Sec-WebSocket-Key", key),
        ]
        if !name.isEmpty { asked.append(HTTPHeader("Sec-WebSocket-Protocol", name)) }
        let connection = try await transport.upgrade(request.apiRequest(adding: asked, timeouts: .untilItEnds))
        _ = await begun()
        let log = FrameLog(begunBefore: begunBefore, isBackground: step.isBackground, begun: begun)
        let channels = WebSocketChannels(name)
        try await talk(session, log, connection: connection) {
            var decoder = WebSocketDecoder()
            while let bytes = try await connection.read() {
                for message in try decoder.take(bytes) {
                    if case .ping(let bytes) = message {
                        try await connection.write(WebSocketMessage.pong(bytes).frame(maskedBy: [1, 2, 3, 4]))
                        continue
                    }
                    guard let (channel, content) = channels.read(message) else { continue }
                    await log.heard(channel, content)
                    if case .close = message {
                        try? await connection.write(message.frame(maskedBy: [1, 2, 3, 4]))
                        return
                    }
                }
            }
        } send: { line in
            switch line {
            case .send(let channel, let body):
                guard let message = channels.message(channel, bytes(body)) else {
                    throw ScenarioProblem("there is no channel '\(channel)' in \(name)")
                }
                await log.sent(channel, content(body))
                try await connection.write(message.frame(maskedBy: [1, 2, 3, 4]))
            case .endInput:
                guard let message = channels.endOfInput else { throw ScenarioProblem("\(name) cannot end input") }
                await log.sent("close", .text("stdin"))
                try await connection.write(message.frame(maskedBy: [1, 2, 3, 4]))
            default:
                await log.sent("close", .text("1000"))
                try await connection.write(WebSocketMessage.close(1000, "").frame(maskedBy: [1, 2, 3, 4]))
            }
        }
        let head = name.isEmpty ? [] : [HTTPField("Sec-WebSocket-Protocol", name)]
        return Heard(response: ResponseRecord(101, headers: head, upgrade: "websocket", frames: await log.joined))
    }

    private func upgrade(_ session: Scenario.Session, _ isMultiplexed: Bool) async throws -> Heard {
        let connection = try await transport.upgrade(request.apiRequest(timeouts: .untilItEnds))
        _ = await begun()
        let log = FrameLog(begunBefore: begunBefore, isBackground: step.isBackground, begun: begun)
        try await talk(session, log, connection: connection) {
            var splitter = FrameSplitter(isMultiplexed ? .docker : nil)
            while let bytes = try await connection.read() {
                for (channel, content) in try splitter.take(bytes) { await log.heard(channel, content) }
            }
        } send: { line in
            switch line {
            case .send(_, let body):
                await log.sent("stdin", content(body))
                try await connection.write(bytes(body))
            case .endInput:
                await log.sent("close", .none)
                connection.closeWrite()
            default: connection.close()
            }
        }
        return Heard(response: ResponseRecord(101, upgrade: "tcp", frames: await log.joined))
    }

    /// Listens and speaks at the same time until the server is done or the time is up.
    private func talk(
        _ session: Scenario.Session, _ log: FrameLog, connection: UpgradedConnection,
        listen: @escaping @Sendable () async throws -> Void,
        send: @escaping @Sendable (Scenario.Session.Line) async throws -> Void
    ) async throws {
        let failure = Guarded<(any Error)?>(nil)
        await within(session.seconds) {
            let speaking = Task {
                do {
                    // Servers greet first, and whether a greeting crosses a word on its way would be chance.
                    await log.waitForGreeting()
                    for line in session.lines {
                        switch line {
                        case .pause(let seconds): try await Task.sleep(for: .seconds(seconds))
                        case .wait(let text): try await log.waitForOutput(text)
                        default: try await send(line)
                        }
                    }
                } catch {
                    failure.withLock { $0 = error }
                    connection.close()
                }
            }
            try? await listen()
            speaking.cancel()
        }
        connection.close()
        if let error = failure.withLock({ $0 }), !(error is CancellationError) { throw error }
    }

    private func content(_ body: Scenario.Body) -> RecordedBody {
        switch body {
        case .none: .none
        case .json(let document): .json(document)
        case .text(let text): text.isEmpty ? .none : .text(text)
        }
    }

    private func bytes(_ body: Scenario.Body) -> [UInt8] {
        if case .json(let document) = body { Array(document.compact.utf8) } else { content(body).bytes }
    }
}

/// Runs `work`, and ends it after `seconds`. How it ended shows in what it has written down.
private func within(_ seconds: Double, _ work: @escaping @Sendable () async throws -> Void) async {
    await withTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try? await work() }
        tasks.addTask { try? await Task.sleep(for: .seconds(seconds)) }
        await tasks.next()
        tasks.cancelAll()
    }
}
