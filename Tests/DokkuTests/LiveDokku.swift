import Foundation
import TestSupport
import Testing

/// An app on a stage of Dokku whose docker-local is ours, and on the real engine; gone when the test is over.
struct LiveDokku: Sendable {
    var stage: DokkuStage
    let engine: LiveEngine
    let app: String

    var image: String { "dokku/\(app):latest" }

    /// Runs `body` with an app that is built and was never deployed; checks pass at once.
    static func with(body: (LiveDokku) async throws -> Void) async throws {
        let live = LiveDokku(
            stage: try DokkuStage(), engine: try await .connect(), app: "t-" + UUID().uuidString.lowercased().prefix(8))
        try await live.stage.linkspan("install", "--take-over", "scheduler,docker-local")
        let (stage, app) = (live.stage, live.app)
        try stage.create(app)
        try stage.scale(app, "web=1", "worker=0")
        try stage.procfile(app, ["web": "httpd -f -p $PORT -h /www", "worker": "sleep 1000"])
        try stage.config(app, ["GREETING": "a\nb", "GIT_REV": "abc"])
        try stage.state(app, "docker-args-deploy", " --env=GREETING --env=GIT_REV")
        try stage.state(app, "docker-args-process-deploy", " --restart=on-failure:7 --log-opt=max-size=10m")
        try stage.state(app, "app.json", #"{"healthchecks":{"web":[{"listening":true,"attempts":20,"wait":1}]}}"#)
        try stage.set("checks", app, "wait-to-retire", "600")
        try await live.engine.makeRelease(live.image, page: app)
        do {
            try await body(live)
        } catch {
            await live.clear()
            throw error
        }
        await live.clear()
    }

    private func clear() async {
        try? await engine.removeAll(of: app)
        endWaiting()
        for image in [image, "dokku/\(app):2"] { await engine.removeImage(image) }
    }

    /// A release with another image, as the registry plugin numbers it.
    func nextRelease() async throws {
        try await engine.makeRelease("dokku/\(app):2", page: app + "-two")
        try stage.set("registry", app, "push-on-release", "true")
        try stage.state(app, "image/tag", "2")
    }

    /// What deploys have left waiting for the end of a grace of ten minutes, known by the app's name.
    private func endWaiting() {
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        for pid in processes.compactMap({ Int32($0) }) {
            let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline")?.split(separator: 0) ?? []
            if words.count == 5, words[1] == Data("ps:retire".utf8), words[4] == Data(app.utf8) { kill(pid, SIGTERM) }
        }
    }

    @discardableResult
    func deploy(
        _ process: String = "", setting extra: [String: String] = [:],
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        try await stage.call(
            "scheduler-docker-local", "scheduler-deploy", ["docker-local", app, "latest", process], setting: extra,
            during: during)
    }

    func containers() async throws -> [LiveEngine.Container] { try await engine.containers(of: app) }

    func file(_ name: String) -> String? { stage.read("home/\(app)/\(name)") }

    func data(_ name: String) -> String? { stage.read("lib/data/scheduler-docker-local/\(name)") }
}
