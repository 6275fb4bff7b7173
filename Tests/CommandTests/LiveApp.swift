import Foundation
import TestSupport
import Testing

/// An app on the real engine, with a project of its own; gone when the test is over.
struct LiveApp: Sendable {
    var binary: Binary
    let engine: LiveEngine
    let name: String

    /// Runs `body` with a new app and takes all of it away afterwards.
    static func with(
        procfile: String = "web: httpd -f -p $PORT -h /www\nworker: sleep 1000", appJSON: String = LiveApp.quickChecks,
        scale: String..., body: (LiveApp) async throws -> Void
    ) async throws {
        let binary = try Binary()
        let app = LiveApp(
            binary: binary, engine: try await .connect(), name: "t-" + UUID().uuidString.lowercased().prefix(8))
        try binary.project.write(procfile, to: "Procfile")
        try binary.project.write(appJSON, to: "app.json")
        try binary.project.write("GREETING=\"hello canary-s3cret\"\n", to: ".env")
        try await app.run("apps:create", app.name)
        try await app.run("checks:set", "--global", "wait-to-retire", "1")
        if !scale.isEmpty { try await app.run(["ps:scale", app.name] + scale) }
        do {
            try await body(app)
        } catch {
            try await app.engine.removeAll(of: app.name)
            throw error
        }
        try await app.engine.removeAll(of: app.name)
    }

    /// Checks that pass as soon as the app is up.
    static let quickChecks = """
        {"healthchecks": {"web": [{"path": "/", "content": "release", "attempts": 20, "wait": 1}], "worker": [{"uptime": 1}],
         "crash": [{"uptime": 30}]}}
        """

    @discardableResult
    func run(
        _ words: String..., input: String = "",
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    )
        async throws -> RunResult
    {
        try await run(words, input: input, during: during)
    }

    @discardableResult
    func run(
        _ words: [String], input: String = "",
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    )
        async throws -> RunResult
    {
        try await binary.run(words, input: Array(input.utf8), during: during)
    }

    @discardableResult
    func deploy(
        _ image: String = LiveEngine.image, during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        try await run("deploy", name, "--image", image, "--project", binary.project.path, during: during)
    }

    /// Deploys and expects success.
    func deployed(_ image: String = LiveEngine.image) async throws {
        let result = try await deploy(image)
        try #require(result.status == 0, "\(result.output)\(result.error)")
    }

    func containers() async throws -> [LiveEngine.Container] { try await engine.containers(of: name) }

    /// Names of running containers, without the app's name.
    func running() async throws -> [String] {
        try await containers().filter { $0.state == "running" }.map { String($0.name.dropFirst(name.count + 1)) }
    }

    func file(_ file: String) -> String? { binary.home.read("apps/\(name)/\(file)") }

    /// What the first web instance answers at `/`.
    func page() async throws -> String {
        let address = try #require(file("IP.web.1"))
        let port = try #require(file("PORT.web.1"))
        return try await Tool.run("curl", "-fsS", "--max-time", "5", "http://\(address):\(port)/").output
    }

    /// Waits until `condition` holds, at most ten seconds.
    func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
        for _ in 0..<200 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("it never came about that \(what)")
    }
}
