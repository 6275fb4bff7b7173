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

    func answer() async throws -> Answer {
        let environment = try await cluster.executable(target, container: request.query("container"))
        let words = request.query.filter { $0.name == "command" }.map(\.value)
        let hasTerminal = request.flag("tty")
        let hasInput = request.flag("stdin")
        let (clock, cluster, key) = (cluster.clock, self.cluster, target.key)
        return try RemoteStreamsDoor.answer(request, minor: cluster.configuration.minor) { messages in
            let session = ChannelSession(messages)
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
                    }, size: { await session.size }, pause: { await clock.pause($0) },
                    file: { await cluster.file(key, $0, $1) }))
            try await session.end(status)
        }
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
        return environment(first, of: pod)
    }
}
