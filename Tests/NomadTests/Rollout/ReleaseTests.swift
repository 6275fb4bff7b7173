import AdapterKit
import Fakes
import JSONDocument
import Testing

@testable import Nomad

/// Whole deployments, through the adapter.
@Suite(.timeLimit(.minutes(2)))
struct ReleaseTests {
    private func deployment(
        _ parts: [String: (count: Int, words: [String])], image: String = "kit:1",
        _ change: (inout Deployment) -> Void = { _ in }
    ) throws -> Deployment {
        var deployment = Deployment(
            app: App(name: try AppName("shop"), stopTimeout: 1),
            id: try DeploymentID("d\(Int.random(in: 0..<1_000_000))"),
            image: ReleaseImage(local: try ImageReference(image), facts: ImageFacts()),
            processes: try parts.map { type, part in
                AppProcess(
                    type: try ProcessType(type), quantity: part.count, command: StartCommand(procfile: part.words),
                    checks: Checks(mode: .skipped))
            }, environment: ["GREETING": "good morning"])
        change(&deployment)
        return deployment
    }

    private let web: [String: (count: Int, words: [String])] = ["web": (1, ["kit", "serve"])]
    private let both: [String: (count: Int, words: [String])] = [
        "web": (1, ["kit", "serve"]), "worker": (1, ["kit", "sleep", "100000"]),
    ]

    private func names(_ rollout: Rollout) -> [String] { rollout.instances.map(\.name.description).sorted() }

    @Test(arguments: ["1.1.0", "1.8.4"])
    func aTypeThatVanishesGoesOnceTheReleaseServes(_ version: String) async throws {
        let stage = try await RolloutStage { $0.version = version }
        let adapter = try stage.adapter()
        #expect(names(try await adapter.deploy(deployment(both), console: stage.console)) == ["web.1", "worker.1"])
        #expect(names(try await adapter.deploy(deployment(web), console: stage.console)) == ["web.1"])
        _ = try await stage.live(count: 1)
    }

    @Test(arguments: ["1.1.0", "1.8.4"])
    func theSameReleaseAgainChangesNothing(_ version: String) async throws {
        let stage = try await RolloutStage { $0.version = version }
        let adapter = try stage.adapter()
        let release = try deployment(both)
        let first = try await adapter.deploy(release, console: stage.console)
        let before = stage.requests.count
        var again = release
        again.id = try DeploymentID("another")
        #expect(try await adapter.deploy(again, console: stage.console) == first)
        #expect(stage.requests.dropFirst(before).filter { !$0.hasPrefix("GET ") } == [])
    }

    /// A rollout asks for what it needs to know, and not for more.
    @Test func aDeployAsksLittle() async throws {
        let stage = try await RolloutStage { $0.version = "1.8.4" }
        let adapter = try stage.adapter()
        _ = try await adapter.deploy(deployment(both), console: stage.console)
        let before = stage.requests.count
        _ = try await adapter.deploy(
            deployment(both) { $0.environment["GREETING"] = "good evening" }, console: stage.console)
        let requests = stage.requests.dropFirst(before)
        // The Variable, the job, and its promotion.
        #expect(requests.filter { !$0.hasPrefix("GET ") }.count == 3)
        // What waits is asked again when something has happened: how often that is, is not ours to say.
        #expect(requests.filter { !$0.contains("index=") }.count <= 15)
    }

    @Test(arguments: ["1.1.0", "1.8.4"])
    func aRestartReplacesAll(_ version: String) async throws {
        let stage = try await RolloutStage { $0.version = version }
        let adapter = try stage.adapter()
        let first = try await adapter.deploy(deployment(both), console: stage.console)
        let second = try await adapter.deploy(deployment(both) { $0.isRestart = true }, console: stage.console)
        #expect(Set(first.instances.map(\.id)).isDisjoint(with: second.instances.map(\.id)))
        #expect(names(second) == ["web.1", "worker.1"])
    }

    @Test(arguments: ["1.1.0", "1.8.4"])
    func scalingUsesItsOwnEndpointAndKeepsWhatRuns(_ version: String) async throws {
        let stage = try await RolloutStage { $0.version = version }
        let adapter = try stage.adapter()
        let first = try await adapter.deploy(deployment(both), console: stage.console)
        let before = stage.requests.count
        var more = both
        (more["web"], more["worker"]) = ((3, ["kit", "serve"]), (0, ["kit", "sleep", "100000"]))
        let second = try await adapter.deploy(deployment(more) { $0.keepsRunning = true }, console: stage.console)
        #expect(names(second) == ["web.1", "web.2", "web.3"])
        #expect(second.instances.contains { $0.id == first.instances.first { $0.name.process == .web }?.id })
        let writes = stage.requests.dropFirst(before).filter { !$0.hasPrefix("GET ") }
        #expect(writes.count == 2 && writes.allSatisfy { $0.hasPrefix("POST /v1/job/shop/scale") })
    }

    @Test func whatCannotBeScaledUpGoesBack() async throws {
        let stage = try await RolloutStage()
        let first = try await stage.adapter().deploy(
            deployment(web) { $0.processes[0].resources.reservations = ["memory": "3000"] }, console: stage.console)
        let error = await #expect(throws: AdapterError.self) {
            try await stage.adapter(["healthy-deadline": "3"]).deploy(
                deployment(["web": (4, ["kit", "serve"])]) {
                    $0.keepsRunning = true
                    $0.processes[0].resources.reservations = ["memory": "3000"]
                }, console: stage.console)
        }
        #expect(error?.message.contains("without enough memory") == true)
        #expect(try await stage.live() == first.instances.map(\.id))
        #expect(try await stage.server.send(NomadCalls.job("shop"))?.counts == ["web": 1])
    }

    @Test func aReleaseThatFailsLeavesNoConfig() async throws {
        let stage = try await RolloutStage { $0.version = "1.8.4" }
        let adapter = try stage.adapter()
        await #expect(throws: AdapterError.self) {
            try await adapter.deploy(
                deployment(["web": (1, ["kit", "exit", "3"])]) { $0.processes[0].checks = Checks(defaultUptime: 500) },
                console: stage.console)
        }
        #expect(try await stage.server.send(NomadCalls.variables(prefix: "nomad/jobs")) == [])
        _ = try await adapter.deploy(deployment(web), console: stage.console)
        let before = try await stage.server.send(NomadCalls.variable("nomad/jobs/shop"))?.Items
        await #expect(throws: AdapterError.self) {
            try await adapter.deploy(
                deployment(["web": (1, ["kit", "exit", "3"])]) {
                    $0.environment["GREETING"] = "good evening"
                    $0.processes[0].checks = Checks(defaultUptime: 500)
                },
                console: stage.console)
        }
        #expect(try await stage.server.send(NomadCalls.variable("nomad/jobs/shop"))?.Items == before)
        #expect(before?.count == 1)
    }

    @Test func whatIsStoppedRunsNothingAndWhatIsRemovedIsGone() async throws {
        let stage = try await RolloutStage { $0.version = "1.8.4" }
        let adapter = try stage.adapter()
        let app = App(name: try AppName("shop"), stopTimeout: 1)
        let release = try deployment(both) {
            $0.cron = [CronTask(id: "c1", schedule: "@daily", command: "kit print hello")]
        }
        _ = try await adapter.deploy(release, console: stage.console)
        #expect(try await adapter.status(of: app).running == .yes)
        try await adapter.stop(app, removing: false, console: stage.console)
        #expect(try await stage.live() == [])
        #expect(try await adapter.status(of: app).running == .no)
        _ = try await adapter.deploy(release, console: stage.console)
        #expect(try await adapter.status(of: app).running == .yes)
        try await adapter.remove(app, console: stage.console)
        #expect(try await stage.server.send(NomadCalls.jobs(prefix: "")) == [])
        #expect(try await stage.server.send(NomadCalls.variables(prefix: "nomad/jobs")) == [])
        try await adapter.remove(app, console: stage.console)
    }

    @Test func somebodyElsesJobIsLeftAlone() async throws {
        let stage = try await RolloutStage()
        let adapter = try stage.adapter()
        var job = RolloutStage.job()
        job["Meta"] = [:]
        _ = try await stage.server.send(NomadCalls.register(job, enforcing: nil))
        let app = App(name: try AppName("shop"), stopTimeout: 1)
        for attempt in [
            { _ = try await adapter.deploy(self.deployment(self.web), console: stage.console) },
            { try await adapter.stop(app, removing: false, console: stage.console) },
            { try await adapter.remove(app, console: stage.console) },
        ] as [() async throws -> Void] {
            let error = await #expect(throws: AdapterError.self) { try await attempt() }
            #expect(error?.code == .conflict)
        }
        #expect(stage.requests.filter { !$0.hasPrefix("GET ") }.count == 1)
    }

    @Test func checksOfOursReachTheAllocations() async throws {
        let subnet = try await LoopbackSubnet.claim()
        let stage = try await RolloutStage { $0.subnet = subnet }
        let adapter = try stage.adapter()
        func checked(_ content: String) throws -> Deployment {
            try deployment(web) {
                $0.environment["CONTENT"] = content
                $0.processes[0].checks.mode = .enabled
                $0.processes[0].checks.healthchecks = [
                    Healthcheck(
                        name: "health", probe: .http(request: .init(path: "/health", content: content)), attempts: 1)
                ]
            }
        }
        _ = try await adapter.deploy(checked("ok"), console: stage.console)
        let error = await #expect(throws: AdapterError.self) {
            try await adapter.deploy(checked("splendid"), console: stage.console)
        }
        #expect(error?.message.contains("check 'health' failed") == true)
    }
}
