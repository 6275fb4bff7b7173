import APIClient
import JSONDocument
import Traffic

/// What a pod's program says from now on, and what is said to it, over a WebSocket with numbered channels.
struct PodAttach: Sendable {
    private let request: ServedRequest
    private let target: RequestHandler.Target
    private let cluster: Cluster

    init(_ request: ServedRequest, _ target: RequestHandler.Target, _ cluster: Cluster) {
        self.request = request
        self.target = target
        self.cluster = cluster
    }

    func answer() async throws -> Answer {
        _ = try await cluster.read(target)
        guard request.upgrade != nil else { throw APIProblem.badRequest("Upgrade request required") }
        let (output, input, endsInput) = try await cluster.attachable(target, container: request.query("container"))
        let hasInput = request.flag("stdin")
        let wantsOutput = request.flag("stdout")
        let wantsError = request.flag("stderr")
        let first = await output.pieces
        return try RemoteStreamsDoor.answer(request, minor: cluster.configuration.minor) { messages in
            let session = ChannelSession(messages)
            try await session.send(.stdout, [])
            let reading = Task {
                await session.read()
                await input.resize(await session.size)
            }
            let talking = Task {
                guard hasInput else { return }
                while let bytes = await session.input() {
                    await input.resize(await session.size)
                    await input.say(bytes)
                }
                if endsInput { await input.end() }
            }
            defer {
                reading.cancel()
                talking.cancel()
            }
            var count = first
            while let more = await output.pieces(from: count) {
                count += more.count
                for (channel, bytes) in more where channel == .stdout ? wantsOutput : wantsError {
                    try await session.send(channel == .stdout ? .stdout : .stderr, bytes)
                }
            }
            // How the program ended is the pod's to say.
            try await session.end(0)
        }
    }
}

extension Cluster {
    /// Where to listen and to talk, and whether the program's input ends with the first who talks.
    func attachable(_ target: RequestHandler.Target, container: String?) throws(APIProblem) -> (
        PodOutput, PodInput, endsInput: Bool
    ) {
        guard let pod = store[target.key] else { throw .notFound(target.kind, target.name ?? "") }
        let containers = pod.at("spec", "containers")?.items ?? []
        guard
            let found = container == nil ? containers.first : containers.first(where: { $0["name"]?.text == container })
        else { throw .badRequest("container \(container ?? "") is not valid for pod \(pod.objectName)") }
        guard let process = pods[pod.uid], process.isRunning, let output = process.runs.last else {
            throw APIProblem(
                404, "NotFound",
                "container \(found["name"]?.text ?? "") not found in pod \(pod.objectName)_\(pod.namespace)")
        }
        return (output, process.input, found["stdinOnce"]?.flag == true)
    }
}
