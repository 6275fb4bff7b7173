import Fakes
import Loopback
import TestSupport
import Testing
import Traffic

/// A stage whose docker-local is ours, with a Docker Engine acted out behind a real HTTP server, and an app `shop` that
/// is built and was never deployed; its checks pass at once.
struct LocalStage: Sendable {
    static let image = "dokku/shop:latest"
    /// One that other apps' images are told from.
    static let tool = "kit:latest"

    let stage: DokkuStage
    private let engine: DockerFake
    private let listener: LoopbackServer

    /// Runs `body`, and ends what acts the engine out.
    static func with(_ body: (LocalStage) async throws -> Void) async throws {
        let local = try await LocalStage()
        do {
            try await body(local)
        } catch {
            await local.finish()
            throw error
        }
        await local.finish()
    }

    private init() async throws {
        let release = [
            "com.dokku.image-stage": "release",
            "com.dokku.docker-image-labeler/alternate-tags": #"["registry.example.com/shop:built"]"#,
        ]
        engine = try await DockerFake(
            images: [FakeImage(Self.image, labels: release), FakeImage(Self.tool)], clock: FakeClock(speed: 50))
        listener = try await LoopbackServer.start(at: .tcp(host: "127.0.0.1", port: 0), answering: engine)
        guard case .tcp(_, let port) = listener.address else { throw CancellationError() }
        var stage = try DokkuStage()
        stage.variables["DOCKER_HOST"] = "tcp://127.0.0.1:\(port)"
        stage.variables["DOKKU_DISABLE_TTY"] = "true"
        self.stage = stage
        let installed = try await stage.linkspan("install", "--take-over", "scheduler,docker-local")
        #expect(installed.status == 0, "\(installed.error)")
        try stage.create("shop")
        try stage.scale("shop", "web=1")
        try stage.procfile("shop", ["web": "kit serve"])
        try stage.state("shop", "app.json", #"{"healthchecks":{"web":[{"listening":true,"attempts":20,"wait":1}]}}"#)
        try stage.set("checks", "shop", "wait-to-retire", "600")
    }

    private func finish() async {
        await engine.stop()
        await listener.stop()
    }

    func deploy() async throws {
        let result = try await stage.run("scheduler-deploy", ["docker-local", "shop", "latest", ""])
        #expect(result.status == 0, "\(result)")
    }

    /// The id of the container that serves.
    var container: String { (stage.read("home/shop/CONTAINER.web.1") ?? "").split(separator: "\n").joined() }

    /// What runs, or has run, in the engine.
    var objects: [FakeObject] { get async { await engine.objects() } }
}
