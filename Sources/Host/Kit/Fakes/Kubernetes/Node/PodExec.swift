import APIClient
import JSONDocument
import Traffic

/// A command in a running pod, over a WebSocket with numbered channels.
struct PodExec: Sendable {
    private let request: ServedRequest
    private let target: RequestHandler.Target
    private let cluster: Cluster

    init(_ request: ServedRequest, _ target: RequestHandler.Target, _ cluster: Cluster) {
        self.request = request
        self.target = target
        self.cluster = cluster
    }

    private static let protocols = ["v5.channel.k8s.io", "v4.channel.k8s.io"]

    func answer() async throws -> Answer {
        let environment = try await cluster.executable(target, container: request.query("container"))
        guard request.upgrade == "websocket" else {
            throw APIProblem.badRequest("Upgrade request required")
        }
        let asked = (request.header("sec-websocket-protocol") ?? "").split(separator: ",").map { $0.trimmed }
        let served = Self.protocols.filter { cluster.configuration.minor >= 30 || !$0.hasPrefix("v5") }
        guard let chosen = served.first(where: asked.contains) else {
            throw APIProblem.badRequest("unable to upgrade: no supported subprotocol in \(asked)")
        }
        let words = request.query.filter { $0.name == "command" }.map(\.value)
        let hasTerminal = request.flag("tty")
        let hasInput = request.flag("stdin")
        let clock = cluster.clock
        return .webSocket(AnswerHead(101, [HTTPField("Sec-WebSocket-Protocol", chosen)])) { messages in
            let session = ExecSession(messages)
            try await session.send(.stdout, [])
            guard case .runs(let workload) = Workload.start(words) else {
                let text = "exec: \"\(words.first ?? "")\": no such file or directory: unknown\r\n"
                try await session.send(.stdout, Array(text.utf8))
                try await session.end(126)
                return
            }
            let reading = Task { await session.read() }
            defer { reading.cancel() }
            let status = await workload.run(
                in: Workload.Surroundings(
                    environment: environment, hasTerminal: hasTerminal,
                    input: { hasInput ? await session.input() : nil },
                    output: { channel, bytes in
                        try? await session.send(channel == .stdout ? .stdout : .stderr, bytes)
                    }, size: { await session.size }, pause: { await clock.pause($0) }))
            try await session.end(status)
        }
    }
}

/// The channels of one command.
private actor ExecSession {
    enum Channel: UInt8 { case stdin, stdout, stderr, error, resize, close = 255 }

    private let messages: MessageChannel
    private(set) var size = (columns: 80, rows: 24)
    private var waiting: [[UInt8]] = []
    private var hasEnded = false
    private var reader: CheckedContinuation<Void, Never>?

    init(_ messages: MessageChannel) {
        self.messages = messages
    }

    func send(_ channel: Channel, _ bytes: [UInt8]) async throws {
        try await messages.send(.binary([channel.rawValue] + bytes))
    }

    /// Takes what the client says until it says no more.
    func read() async {
        while let message = try? await messages.receive() {
            guard case .binary(let bytes) = message, let first = bytes.first else { continue }
            switch Channel(rawValue: first) {
            case .stdin: waiting.append(Array(bytes.dropFirst()))
            case .resize:
                guard let wanted = try? JSONValue(parsing: Array(bytes.dropFirst())) else { continue }
                size = (wanted["Width"]?.whole ?? 80, wanted["Height"]?.whole ?? 24)
            case .close where bytes.count > 1 && bytes[1] == 0: hasEnded = true
            default: continue
            }
            wake()
        }
        hasEnded = true
        wake()
    }

    private func wake() {
        reader?.resume()
        reader = nil
    }

    func input() async -> [UInt8]? {
        while waiting.isEmpty {
            if hasEnded { return nil }
            await withCheckedContinuation { reader = $0 }
        }
        return waiting.removeFirst()
    }

    /// Says how the command ended.
    func end(_ status: Int32) async throws {
        var document: JSONValue = ["metadata": [:], "status": "Success"]
        if status != 0 {
            document = [
                "metadata": [:], "status": "Failure", "reason": "NonZeroExitCode",
                "message": .string(
                    "command terminated with non-zero exit code: Error executing in Docker Container: \(status)"),
                "details": ["causes": [["reason": "ExitCode", "message": .string(String(status))]]],
            ]
        }
        try await send(.error, Array(document.compact.utf8))
        try await messages.send(.close(1000, ""))
    }
}

extension Cluster {
    /// The variables of a pod in which a command can run.
    func executable(_ target: RequestHandler.Target, container: String?) throws(APIProblem) -> [String: String] {
        guard let pod = store[target.key] else { throw .notFound(target.kind, target.name ?? "") }
        let containers = pod.at("spec", "containers")?.items ?? []
        if let container, !containers.contains(where: { $0["name"]?.text == container }) {
            throw .badRequest("container \(container) is not valid for pod \(pod.objectName)")
        }
        if isOver(pod) {
            throw .badRequest(
                "cannot exec into a container in a completed pod; current phase is "
                    + (pod.at("status", "phase")?.text ?? ""))
        }
        guard pods[pod.uid]?.isRunning == true, let first = containers.first else {
            throw APIProblem(
                500, "InternalError", "unable to upgrade connection: container not found (\"\(container ?? "")\")")
        }
        return environment(first, in: pod.namespace)
    }
}
