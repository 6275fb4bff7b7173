import APIClient
import AdapterKit
import Fakes
import JSONDocument
import Loopback
import Synchronization
import Traffic

@testable import Kubernetes

/// A cluster acted out behind a real HTTP server, and what a test puts into it.
final class PodStage: Sendable {
    let fake: KubernetesFake
    let cluster: Cluster
    let settings: KubernetesSettings
    private let server: LoopbackServer
    private let door: Door

    /// - Parameter minor: the release of Kubernetes that is acted.
    init(minor: Int = 30, images: Set<String>? = nil) async throws {
        var configuration = KubernetesFake.Configuration()
        configuration.speed = 100
        configuration.minor = minor
        configuration.images = images
        let fake = KubernetesFake(configuration)
        self.fake = fake
        door = Door(fake)
        server = try await LoopbackServer.start(at: .tcp(host: "127.0.0.1", port: 0), answering: door)
        guard case .tcp(_, let port) = server.address else { throw CancellationError() }
        let transport = CurlTransport(endpoint: APIEndpoint(.url("http://127.0.0.1:\(port)")))
        cluster = Cluster(client: APIClient(transport: transport), namespace: "default", name: "acted")
        settings = try KubernetesSettings(Settings(plugin: "scheduler-kubernetes", values: ["start-timeout": "20"]))
    }

    /// What came in, as `GET /api/…`.
    var requests: [String] { door.state.withLock { $0.requests } }

    /// From now on each stream of a log is cut after so many bytes, and each is answered only so often.
    func cutLogs(after bytes: Int, times: Int) { door.state.withLock { $0.cut = (bytes, times) } }

    func oneOffs(now: Int = 0) -> OneOffs {
        OneOffs(cluster: cluster, settings: settings, clock: ScaledClock(speed: 100), now: { now })
    }

    func reader(_ console: any Console, _ query: LogQuery) -> LogReader {
        LogReader(cluster: cluster, query: query, console: console, clock: ScaledClock(speed: 100))
    }

    /// A Deployment as a deploy would make it.
    func deploy(
        _ app: String = "shop", _ type: String = "web", release: String = "r1", count: Int = 1,
        running command: [String] = ["kit", "serve"], annotations: [String: String] = [:]
    ) async throws {
        let name = try AppName(app)
        var labels = Label.common(name, origin: "")
        labels[Label.process] = type
        labels[Label.release] = release
        let template: JSONValue = [
            "metadata": ["labels": .strings(labels), "annotations": .strings(annotations)],
            "spec": [
                "terminationGracePeriodSeconds": 1,
                "containers": [
                    [
                        "name": .string(type), "image": "kit:1", "command": .strings(command),
                        "env": [["name": "GREETING", "value": "good morning"], ["name": "PORT", "value": "5000"]],
                    ]
                ],
            ],
        ]
        let object = KubernetesObject(
            .deployment, "\(app)-\(type)-\(release)", in: "default", labels: labels,
            [
                "spec": [
                    "replicas": .integer(count), "selector": ["matchLabels": .strings(labels)], "template": template,
                ]
            ])
        _ = try await cluster.send(KubernetesCalls.apply(object, force: true))
        try await eventually {
            await self.pods(app).filter { $0.isReady && $0.metadata.labels?[Label.release] == release }
                .count >= count
        }
    }

    func pods(_ app: String = "shop") async -> [Pod] {
        let list = try? await cluster.send(
            KubernetesCalls.list(.pod, in: "default", selector: "\(Label.app)=\(app)", as: Pod.self))
        return list?.items ?? []
    }

    func names(_ kind: ResourceKind) async throws -> [String] {
        try await cluster.send(KubernetesCalls.list(kind, in: "default", as: ObjectHead.self)).items.map(
            \.metadata.name)
    }
}

struct NeverHappened: Error {}

/// Waits until something is so.
func eventually(_ isSo: () async throws -> Bool) async throws {
    for _ in 0..<1_500 {
        if try await isSo() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    throw NeverHappened()
}

/// Notes what is asked, and breaks what it is told to break.
private final class Door: Answering {
    struct State {
        var requests: [String] = []
        var cut: (bytes: Int, times: Int) = (0, 0)
    }

    let state = Mutex(State())
    private let fake: KubernetesFake

    init(_ fake: KubernetesFake) {
        self.fake = fake
    }

    func answer(_ request: ServedRequest) async -> Answer {
        let limit = state.withLock { state -> Int? in
            state.requests.append("\(request.method) \(request.target)")
            guard request.flag("follow"), state.cut.times > 0 else { return nil }
            state.cut.times -= 1
            return state.cut.bytes
        }
        let answer = await fake.answer(request)
        guard let limit, case .stream(let head, let write) = answer else { return answer }
        return .stream(head) { send in
            let left = Mutex(limit)
            try await write { bytes in
                let piece = left.withLock { left in
                    defer { left -= min(left, bytes.count) }
                    return bytes.prefix(left)
                }
                if !piece.isEmpty { try await send(Array(piece)) }
                if left.withLock({ $0 == 0 }) { throw NeverHappened() }
            }
        }
    }
}
