import Fakes
import Loopback
import TestSupport
import Testing
import Traffic

/// A stage with an app whose scheduler is elsewhere: the scheduler is acted out behind a real HTTP server.
struct RemoteStage: Sendable, CustomTestStringConvertible {
    enum Kind: String, Sendable, CaseIterable { case kubernetes, nomad }

    static let image = "kit:latest"

    let kind: Kind
    let stage: DokkuStage
    private let fake: any Answering
    private let listener: LoopbackServer

    var testDescription: String { kind.rawValue }

    init(_ kind: Kind) async throws {
        self.kind = kind
        var stage = try DokkuStage()
        stage.variables["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
        self.stage = stage
        switch kind {
        case .kubernetes:
            var configuration = KubernetesFake.Configuration()
            configuration.speed = 20
            configuration.images = [Self.image]
            fake = KubernetesFake(configuration)
        case .nomad:
            var setup = NomadFake.Setup()
            setup.speed = 20
            setup.images = [Self.image]
            fake = NomadFake(setup)
        }
        listener = try await LoopbackServer.start(at: .tcp(host: "127.0.0.1", port: 0), answering: fake)
        try await prepare()
    }

    private func prepare() async throws {
        let installed = try await stage.linkspan("install", "--take-over", "scheduler")
        #expect(installed.status == 0, "\(installed.error)")
        try stage.create("shop", on: kind.rawValue)
        try stage.set("registry", "shop", "image-repo", "kit")
        try stage.set("registry", "shop", "push-on-release", "false")
        try stage.scale("shop", "web=1")
        try stage.procfile("shop", ["web": "kit serve"])
        guard case .tcp(_, let port) = listener.address else { return }
        let address = "http://127.0.0.1:\(port)"
        switch kind {
        case .nomad: try stage.set("scheduler-nomad", "shop", "address", address)
        case .kubernetes:
            try stage.write(
                """
                {"apiVersion": "v1", "kind": "Config", "current-context": "k", "users": [{"name": "k", "user": {}}],
                 "clusters": [{"name": "k", "cluster": {"server": "\(address)"}}],
                 "contexts": [{"name": "k", "context": {"cluster": "k", "user": "k"}}]}
                """, to: "kubeconfig")
            try stage.set("scheduler-kubernetes", "shop", "kubeconfig", stage.path + "/kubeconfig")
        }
    }

    @discardableResult
    func trigger(
        _ name: String, _ arguments: String..., setting extra: [String: String] = [:]
    ) async throws -> RunResult { try await stage.run(name, [kind.rawValue, "shop"] + arguments, setting: extra) }

    /// Ends what acts the scheduler out.
    func finish() async {
        if let kubernetes = fake as? KubernetesFake { await kubernetes.stop() }
        await listener.stop()
    }
}
