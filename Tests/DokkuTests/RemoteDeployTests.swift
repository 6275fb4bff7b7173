import Fakes
import Foundation
import Loopback
import TestSupport
import Testing

/// A deploy to a scheduler elsewhere inside a Dokku: Dokku's answers become a job, and what Dokku must be told it is
/// told once the job is well (contract 2.5, 7.2).
struct RemoteDeployTests {
    private let stage: DokkuStage
    private let fake: NomadFake
    private let listener: LoopbackServer

    init() async throws {
        var setup = NomadFake.Setup()
        setup.speed = 50
        fake = NomadFake(setup)
        listener = try await LoopbackServer.start(at: .tcp(host: "127.0.0.1", port: 0), answering: fake)
        guard case .tcp(_, let port) = listener.address else { throw CancellationError() }
        var stage = try DokkuStage()
        stage.variables["NOMAD_ADDR"] = "http://127.0.0.1:\(port)"
        stage.variables["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
        self.stage = stage
        try await stage.linkspan("install")
        try stage.create("shop", on: "nomad")
        try stage.scale("shop", "web=2", "worker=1")
        try stage.procfile("shop", ["web": "kit serve", "worker": "kit sleep 1000"])
        try stage.config("shop", ["GREETING": "a\nb"])
        try stage.state("shop", "ports", "http:80:3000\n")
        try stage.set("checks", "shop", "disabled", "_all_")
    }

    private func deploy(_ process: String = "") async throws -> RunResult {
        try await stage.trigger("scheduler-deploy", "nomad", "shop", "latest", process)
    }

    private var running: [FakeObject] { get async { await fake.objects().filter { $0.isRunning == true } } }

    @Test func dokkusAnswersBecomeTheJob() async throws {
        let result = try await deploy()
        #expect(result.status == 0, "\(result)")
        let instances = await running
        #expect(instances.count == 3)
        #expect(instances.allSatisfy { $0.environment["GREETING"] == "a\nb" })
        #expect(
            stage.triggersFired == ["scheduler-deploy", "core-post-deploy", "post-deploy"], "as every scheduler must")
        #expect(stage.property("common", "shop", "deployed") == "true")
        #expect(!stage.names("home/shop").contains { $0.hasPrefix("CONTAINER") || $0 == ".deploy.lock" })
        #expect(!stage.calls.contains { $0.trigger.hasPrefix("docker-args") })
        let asked = stage.calls.map(\.description).filter { !$0.contains("post-deploy") }
        #expect(Set(asked).count == asked.count, "nothing is asked twice: \(asked)")
        #expect(try await stage.trigger("scheduler-app-status", "nomad", "shop").output.hasSuffix("3 true\n"))
        #expect(try await stage.trigger("scheduler-is-deployed", "nomad", "shop").status == 0)
    }

    @Test func aFailureFiresNothing() async throws {
        try stage.answer("config-export", of: "config", "echo ' !     locked' >&2; exit 3")
        let result = try await deploy()
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(
            result.error == " !     Dokku's trigger config-export failed with exit status 3\n !     locked\n")
        #expect(stage.triggersFired == ["scheduler-deploy"])
        #expect(await fake.objects().filter { $0.kind == "job" }.isEmpty)
    }

    @Test func aNewCertificateGoesWithTheReleaseThatServes() async throws {
        let isQuiet = try await stage.trigger("post-certs-update", "shop")
        #expect(isQuiet.status == 0 && isQuiet.output.isEmpty, "it was never deployed")
        _ = try await deploy()
        try stage.create("other", on: "docker-local")
        try stage.forgetCalls()
        #expect(try await stage.trigger("post-certs-update", "other").output.isEmpty)
        #expect(stage.calls.isEmpty)
        #expect(try await stage.trigger("post-certs-update", "shop").status == 0)
        #expect(stage.triggersFired.suffix(2) == ["core-post-deploy", "post-deploy"])
    }

    @Test func anAppThatWasNeverScaledHasNothingToRun() async throws {
        try stage.state("shop", "scale", "")
        let result = try await deploy()
        #expect(result.status == 0, "\(result)")
        #expect(result.error == " !     shop has nothing to run: dokku ps:scale shop web=1\n")
        #expect(await running.isEmpty)
    }

    @Test func whatIsGoneIsNoError() async throws {
        _ = try await deploy()
        for _ in 0..<2 {
            #expect(try await stage.trigger("scheduler-stop", "nomad", "shop", "true").status == 0)
            #expect(try await stage.trigger("scheduler-post-delete", "nomad", "shop", "latest").status == 0)
        }
        #expect(await running.isEmpty)
    }
}
