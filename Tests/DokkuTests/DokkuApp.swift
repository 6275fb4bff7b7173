import Foundation
import TestSupport
import Testing

/// An app of docker-local on a stage whose Docker Engine is real, released as Dokku's builders release it; gone when
/// the test is over.
struct DokkuApp: Sendable, CustomStringConvertible {
    var stage: DokkuStage
    let engine: LiveEngine
    let name: String

    var description: String { name }

    /// The image that is released: busybox with a web page.
    static let image = (repository: LiveEngine.releaseRepository, tag: "latest")

    static func with(
        procfile: [String: String] = ["web": "httpd -f -p $PORT -h /www"], scale: [String] = ["web=1"],
        body: (DokkuApp) async throws -> Void
    ) async throws {
        var stage = try DokkuStage()
        stage.variables["DOCKER_HOST"] = ProcessInfo.processInfo.environment["DOCKER_HOST"]
        let installed = try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null")
        #expect(installed.status == 0, "\(installed.error)")
        let app = DokkuApp(
            stage: stage, engine: try await .connect(), name: "d-" + UUID().uuidString.lowercased().prefix(8))
        try stage.create(app.name)
        try stage.set("registry", app.name, "image-repo", image.repository)
        try stage.state(app.name, "scale", scale.joined(separator: "\n"))
        try stage.procfile(app.name, procfile)
        try stage.set("checks", app.name, "disabled", "_all_")
        do {
            try await body(app)
        } catch {
            try await app.engine.removeAll(of: app.name)
            throw error
        }
        try await app.engine.removeAll(of: app.name)
    }

    /// Checks decide again, quick ones for `web`.
    func enableChecks() throws {
        try stage.set("checks", name, "disabled", "")
        try stage.state(
            name, "app.json",
            #"{"scripts":{},"healthchecks":{"web":[{"attempts":20,"path":"/","type":"startup","wait":1}]}}"#)
    }

    /// `scheduler-deploy` through plugn, as `release_and_deploy` and `ps:scale` call it.
    @discardableResult
    func deploy(_ process: String = "") async throws -> RunResult {
        try await stage.trigger("scheduler-deploy", "docker-local", name, Self.image.tag, process)
    }

    @discardableResult
    func trigger(
        _ trigger: String, _ arguments: String..., setting extra: [String: String] = [:]
    ) async throws -> RunResult {
        try await stage.run(trigger, ["docker-local", name] + arguments, setting: extra)
    }

    var containers: [LiveEngine.Container] { get async throws { try await engine.containers(of: name) } }

    func file(_ name: String) -> String? { stage.read("home/\(self.name)/\(name)") }
}
