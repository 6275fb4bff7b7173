import Fakes
import JSONDocument
import Loopback
import Scenarios
import Synchronization
import Traffic

/// Answers as a recording says, and as strictly: what was not recorded is refused and remembered.
///
/// Nothing sleeps. An answer, or a frame of one, is given once every request has come that had come before it when it
/// was recorded: so a client sees events in the order of their causes, as fast as it can work.
package final class Replayer: Answering {
    private struct State {
        var isUsed: [Bool]
        var begun = 0
        var problems: [String] = []
        var observed = 0
        var waiters: [Int: (count: Int, continuation: CheckedContinuation<Void, Never>)] = [:]
        var nextWaiter = 0
        var pages: [String: LoopbackServer] = [:]
    }

    private let recording: Recording
    private let comparable: @Sendable (ServedRequest) -> RequestRecord
    private let subnet: LoopbackSubnet
    private let state: Mutex<State>

    /// - Parameters:
    ///   - subnet: where recorded addresses of workloads lie now.
    ///   - comparable: a request as the recording would hold it.
    package init(
        _ recording: Recording, subnet: LoopbackSubnet, comparable: @escaping @Sendable (ServedRequest) -> RequestRecord
    ) {
        self.recording = recording
        self.subnet = subnet
        self.comparable = comparable
        state = Mutex(State(isUsed: recording.exchanges.map { _ in false }))
    }

    package func answer(_ request: ServedRequest) async -> Answer {
        let asked = comparable(request)
        let found: Int? = state.withLock { state in
            let fitting = recording.exchanges.indices.filter { recording.exchanges[$0].request.isAnswered(asked) }
            let index =
                BlockingQueries.isOne(asked)
                ? BlockingQueries.answer(among: fitting, of: recording.exchanges, used: { state.isUsed[$0] })
                : fitting.first { !state.isUsed[$0] }
            if let index { state.isUsed[index] = true }
            state.begun += 1
            return index
        }
        wake()
        guard let found else {
            if BlockingQueries.isOne(asked) { return BlockingQueries.silence }
            let problem = NearestMiss(asked, among: recording.exchanges.map(\.request)).text
            state.withLock { $0.problems.append(problem) }
            return .json(599, ["message": .string("not in the recording: \(asked.summary)")])
        }
        let response = recording.exchanges[found].response
        await wait(for: response.after ?? 0)
        return await play(response, to: request)
    }

    /// What was wrong with the requests, those that nobody made included.
    package func finish() async -> [String] {
        let pages = state.withLock { Array($0.pages.values) }
        for page in pages { await page.stop() }
        return state.withLock { state in
            let unused = recording.exchanges.indices.filter {
                !state.isUsed[$0] && !recording.exchanges[$0].isOptional
            }
            return state.problems
                + unused.map { "recorded, and never asked for: \(recording.exchanges[$0].request.summary)" }
        }
    }

    /// What the kit saw when it looked at the backend, the next time it did.
    package func observation() async throws -> JSONValue {
        let next = state.withLock { state in
            state.observed += 1
            return state.observed - 1
        }
        guard recording.observations.indices.contains(next) else {
            throw Broken("the recording has \(recording.observations.count) looks at the backend, and there are more")
        }
        let observation = recording.observations[next]
        await wait(for: observation["after"]?.whole ?? 0)
        return Self.moved(observation["objects"] ?? [], to: subnet)
    }

    // MARK: causes

    /// Waits until so many requests have come, or for a while.
    private func wait(for count: Int) async {
        guard state.withLock({ $0.begun < count }) else { return }
        let number = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let timer = Task {
            try await Task.sleep(for: .seconds(5))
            give(up: number)
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = state.withLock { state in
                    if state.begun >= count || Task.isCancelled { return true }
                    state.waiters[number] = (count, continuation)
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            give(up: number)
        }
        timer.cancel()
    }

    private func give(up number: Int) {
        state.withLock { $0.waiters.removeValue(forKey: number) }?.continuation.resume()
    }

    private func wake() {
        let ready = state.withLock { state in
            let ready = state.waiters.filter { $0.value.count <= state.begun }
            for number in ready.keys { state.waiters[number] = nil }
            return ready.values.map(\.continuation)
        }
        for continuation in ready { continuation.resume() }
    }

    // MARK: answers

    private func play(_ response: ResponseRecord, to request: ServedRequest) async -> Answer {
        let head = AnswerHead(response.status, response.headers.filter { $0.name.lowercased() != "content-length" })
        let frames = response.frames
        guard response.upgrade != nil || response.ending != nil else {
            await servePages(response.body)
            return .whole(head, body: moved(response.body).bytes)
        }
        if response.upgrade == nil {
            return .stream(head) { write in
                for frame in frames where frame.direction == .received {
                    await self.wait(for: frame.after ?? 0)
                    try await write(self.moved(frame.content).framed(frame.channel))
                }
                // A stream that did not end when it was recorded does not end now.
                if response.ending == .left { try await Task.sleep(for: .seconds(3_600)) }
            }
        }
        if response.upgrade == "websocket" {
            let channels = WebSocketChannels(head.header("sec-websocket-protocol") ?? "")
            return .webSocket(head) { messages in try await self.talk(frames, over: messages, channels) }
        }
        if response.upgrade == "spdy" {
            let wanted = RemoteStream.wanted(by: request)
            return .upgrade(head) { bytes in
                let server = SPDYServer(bytes, wanted: wanted)
                try await server.open()
                let messages = MessageChannel {
                    try await server.receive()
                } send: {
                    try await server.send($0)
                }
                // Its streams are numbered as a WebSocket's are.
                try await self.talk(frames, over: messages, WebSocketChannels("v4.channel.k8s.io"))
                try await server.close()
            }
        }
        return .upgrade(head) { channel in
            // What the client says is read to its end, whatever the pieces it comes in.
            let sent = frames.filter { $0.direction == .sent && $0.channel != "close" }.map(\.content.bytes.count)
                .reduce(0, +)
            let heard = Synchronized(0)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    while let bytes = try await channel.receive() { heard.update { $0 += bytes.count } }
                }
                var before = 0
                for frame in frames {
                    if frame.direction == .sent {
                        before += frame.channel == "close" ? 0 : frame.content.bytes.count
                        continue
                    }
                    await self.wait(for: frame.after ?? 0)
                    while heard.value < min(before, sent) { try await Task.sleep(for: .milliseconds(2)) }
                    try await channel.send(self.moved(frame.content).framed(frame.channel))
                }
                tasks.cancelAll()
            }
        }
    }

    /// Says what was said, each message after as many bytes of the client's as had come before it.
    private func talk(_ frames: [Frame], over messages: MessageChannel, _ channels: WebSocketChannels) async throws {
        let sent = frames.filter { $0.direction == .sent && $0.channel != "close" }.map(\.content.bytes.count)
            .reduce(0, +)
        let heard = Synchronized(0)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                while let message = try await messages.receive() {
                    guard let (channel, content) = channels.read(message), channel != "close" else { continue }
                    heard.update { $0 += content.bytes.count }
                }
            }
            var before = 0
            for frame in frames {
                if frame.direction == .sent {
                    before += frame.channel == "close" ? 0 : frame.content.bytes.count
                    continue
                }
                await self.wait(for: frame.after ?? 0)
                while heard.value < min(before, sent) { try await Task.sleep(for: .milliseconds(2)) }
                let content = self.moved(frame.content)
                switch frame.channel {
                case "ws-text": try await messages.send(.text(String(decoding: content.bytes, as: UTF8.self)))
                case "ws-binary": try await messages.send(.binary(content.bytes))
                case "close": try await messages.send(.close(1000, ""))
                default:
                    if let message = channels.message(frame.channel, content.bytes) { try await messages.send(message) }
                }
            }
            tasks.cancelAll()
        }
    }

    // MARK: workloads

    private func moved(_ body: RecordedBody) -> RecordedBody {
        switch body {
        case .json(let document): .json(Self.moved(document, to: subnet))
        case .text(let text): .text(subnet.moved(text))
        default: body
        }
    }

    private static func moved(_ document: JSONValue, to subnet: LoopbackSubnet) -> JSONValue {
        switch document {
        case .string(let text): .string(subnet.moved(text))
        case .array(let items): .array(items.map { moved($0, to: subnet) })
        case .object(let fields): .object(fields.mapValues { moved($0, to: subnet) })
        default: document
        }
    }

    /// Where a running instance's description tells its address, its workload listens from then on.
    private func servePages(_ body: RecordedBody) async {
        guard let document = body.json, document["State"]?["Running"]?.flag == true,
            case .runs(let workload) = Workload.start(
                (document["Path"]?.text.map { [$0] } ?? []) + (document["Args"]?.items ?? []).compactMap(\.text)),
            workload.serves
        else { return }
        let networks = document["NetworkSettings"]?["Networks"]?.fields ?? [:]
        let port =
            (document["Config"]?["Env"]?.items ?? []).compactMap(\.text)
            .first { $0.hasPrefix("PORT=") }.flatMap { Int($0.dropFirst(5)) } ?? 5_000
        for address in networks.values.compactMap({ $0["IPAddress"]?.text }) where !address.isEmpty {
            let address = subnet.moved(address)
            guard state.withLock({ $0.pages[address] == nil }) else { continue }
            let server = try? await LoopbackServer.start(
                at: .tcp(host: address, port: port), answering: WorkloadPages())
            state.withLock { $0.pages[address] = server }
        }
    }
}

extension RecordedBody {
    /// What a client of Docker gets for a piece of a stream.
    fileprivate func framed(_ channel: String) -> [UInt8] {
        switch channel {
        case "stdout": DockerFrame.bytes(.stdout, bytes)
        case "stderr": DockerFrame.bytes(.stderr, bytes)
        default: bytes
        }
    }
}

extension LoopbackSubnet {
    /// `text` with recorded addresses (`10.0.0.N`) moved here.
    func moved(_ text: String) -> String { text.replacing("10.0.0.", with: prefix) }
}
