import AdapterKit
import Foundation
import TestSupport
import Testing

@testable import DockerLocal

/// Plans of the apps in `fixtures/apps`, compared with `fixtures/plans/docker-local`.
struct PlanTests {
    private func deployment(_ name: String) throws -> Deployment {
        try JSONDecoder().decode(Deployment.self, from: Data(Fixtures.bytes("apps/\(name).json")))
    }

    private func plan(_ deployment: Deployment, _ image: ImageFacts = ImageFacts(), running: Set<String> = []) throws
        -> ContainerPlan
    {
        try ContainerPlan(
            deployment, image: image, engineArchitecture: "amd64",
            settings: DockerLocalSettings(Settings(plugin: "scheduler-docker-local", values: [:])), running: running)
    }

    @Test(arguments: ["tiny", "shop", "crowded"])
    func plansAreAsExpected(_ name: String) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let actual = String(decoding: try encoder.encode(plan(deployment(name))), as: UTF8.self) + "\n"
        #expect(try Fixtures.expected("plans/docker-local/\(name).json", actual: actual) == actual)
    }

    @Test func aPlanIsTheSameEachTime() throws {
        #expect(try plan(deployment("crowded")) == plan(deployment("crowded")))
    }

    @Test func onlyOneProcessTypeLeavesTheOthersUntouched() throws {
        var deployment = try deployment("shop")
        deployment.only = try ProcessType("worker")
        let plan = try plan(deployment)
        #expect(plan.groups.map(\.type.description) == ["worker"])
        #expect(plan.untouched.map(\.name.process.description) == ["web", "web"])
    }

    @Test func scalingKeepsWhatRuns() throws {
        var deployment = try deployment("shop")
        deployment.keepsRunning = true
        deployment.processes[0].quantity = 3
        let live = deployment.app.live
        let plan = try plan(deployment, running: Set(live.map(\.id)))
        #expect(plan.groups[0].containers.map(\.instance.description) == ["web.3"])
        #expect(plan.superseded.isEmpty)
        #expect(Set(plan.untouched.map(\.id)) == Set(live.map(\.id)))
    }

    @Test func scalingReplacesAnInstanceThatHasDied() throws {
        var deployment = try deployment("shop")
        deployment.keepsRunning = true
        let plan = try plan(deployment, running: Set(deployment.app.live.dropFirst().map(\.id)))
        #expect(plan.groups.flatMap(\.containers).map(\.instance.description) == ["web.1"])
        #expect(plan.superseded.map(\.name.description) == ["web.1"])
    }

    @Test func scalingToNothingSupersedesAll() throws {
        var deployment = try deployment("shop")
        for index in deployment.processes.indices { deployment.processes[index].quantity = 0 }
        let plan = try plan(deployment)
        #expect(plan.groups.flatMap(\.containers).isEmpty)
        #expect(plan.superseded.count == deployment.app.live.count)
    }

    @Test func aTypeThatTheFormationNoLongerNamesIsScaledAway() throws {
        var deployment = try deployment("shop")
        deployment.processes.removeAll { $0.type.description == "worker" }
        let plan = try plan(deployment)
        #expect(plan.superseded.contains { $0.name.process.description == "worker" })
    }

    @Test func typesThatStopFirstComeLast() throws {
        var deployment = try deployment("shop")
        deployment.processes[0].checks.mode = .disabled
        let plan = try plan(deployment)
        #expect(plan.groups.map(\.type.description) == ["worker", "web"])
        #expect(plan.groups[1].stopsFirst)
    }

    @Test func imageKindsStartTheirProcessesInTheirOwnWay() throws {
        let shop = try deployment("shop")
        func web(_ kind: ImageFacts.Kind) throws -> PlannedContainer {
            try #require(try plan(shop, ImageFacts(kind: kind)).groups.first?.containers.first)
        }
        #expect(try web(.dockerfile).spec.Cmd == ["npm", "start"])
        #expect(try web(.pack).spec.Entrypoint == ["launcher"])
        #expect(try web(.herokuish).spec.Cmd == ["/start", "web"])
        #expect(try web(.herokuish).spec.Env.contains("USER=herokuishuser"))
    }

    @Test func theImageTellsThePortWhereNoMapDoes() throws {
        let tiny = try deployment("tiny")
        #expect(try plan(tiny).groups[0].containers[0].port == 5_000)
        #expect(try plan(tiny, ImageFacts(exposedPorts: [3_000])).groups[0].containers[0].port == 3_000)
    }

    @Test func theCommandIsToldTheSamePortAsTheEnvironment() throws {
        var tiny = try deployment("tiny")
        tiny.processes[0].command = StartCommand(procfile: ["serve", "--port=$PORT", "${PORT}", "$PORTAL"])
        let container = try plan(tiny, ImageFacts(exposedPorts: [3_000])).groups[0].containers[0]
        #expect(container.spec.Cmd?.prefix(3) == ["serve", "--port=3000", "3000"])
        #expect(container.spec.Env.contains("PORT=3000"))
    }

    @Test func containersCarryTheMarkOfTheirHost() throws {
        let settings = try DockerLocalSettings(Settings(plugin: "x", values: [:]), origin: "here")
        let plan = try ContainerPlan(
            deployment("tiny"), image: ImageFacts(), engineArchitecture: "amd64", settings: settings)
        #expect(plan.groups[0].containers[0].spec.Labels["com.dokku.deployment-origin"] == "here")
    }

    @Test func anImageOfAnotherArchitectureIsAskedForByName() throws {
        let plan = try ContainerPlan(
            deployment("tiny"), image: ImageFacts(architecture: "amd64"), engineArchitecture: "arm64",
            settings: DockerLocalSettings(Settings(plugin: "x", values: [:])))
        #expect(plan.groups[0].containers[0].platform == "linux/amd64")
        #expect(plan.warnings == ["Detected linux/amd64 image, forcing --platform=linux/amd64"])
    }

    @Test func anImageThatBringsItsOwnInitGetsNone() throws {
        let spec = try plan(deployment("tiny"), ImageFacts(bringsInit: true)).groups[0].containers[0].spec
        #expect(spec.HostConfig.Init == nil)
    }

    @Test func checksHaveDokkusDefaults() throws {
        let checks = try plan(deployment("tiny")).groups[0].checks
        #expect(checks.map(\.name) == ["default uptime check", "port listening check"])
        #expect(checks[0].probe == .uptime(seconds: 10))
        #expect(checks[1].isWarning)
    }
}

struct TaskPlanTests {
    private let settings: DockerLocalSettings

    init() throws { settings = try DockerLocalSettings(Settings(plugin: "x", values: [:])) }

    @Test func aTaskIsLabelledAndRemovedWhenItEnds() throws {
        let task = OneOffTask(
            app: App(name: try AppName("shop")), image: ReleaseImage(local: try ImageReference("shop:1")),
            command: ["ls", "-la"], environment: ["A": "1"], hasTerminal: true, timeToLive: 60, number: 7)
        let plan = try TaskPlan(task, image: ImageFacts(), engineArchitecture: "amd64", settings: settings)
        #expect(plan.name == "shop.run.7")
        #expect(plan.spec.Cmd == ["ls", "-la"])
        #expect(plan.spec.HostConfig.AutoRemove == true)
        #expect(plan.spec.Env == ["A=1", "DYNO=run.7"])
        #expect(plan.spec.Labels["com.dokku.container-type"] == "run")
        #expect(plan.spec.Labels["com.dokku.active-deadline-seconds"] == "60")
        #expect(plan.spec.Labels["dokku"] == nil)
        #expect(plan.spec.Tty == true)
        #expect(
            plan.spec.HostConfig.Init == true, "a client that is told to stop must not wait for a PID 1 that is deaf")
    }

    @Test func cronTasksCarryTheirIDAndPolicy() throws {
        let task = OneOffTask(
            app: App(name: try AppName("shop")), image: ReleaseImage(local: try ImageReference("shop:1")),
            command: ["true"], cronID: "abc", concurrency: .forbid, number: 7)
        let plan = try TaskPlan(task, image: ImageFacts(), engineArchitecture: "amd64", settings: settings)
        #expect(plan.name == "shop.cron.7")
        #expect(plan.spec.Labels["com.dokku.cron-id"] == "abc")
        #expect(plan.spec.Labels["com.dokku.concurrency-policy"] == "forbid")
    }
}

struct SessionTargetTests {
    private func session(_ target: Session.Target, _ names: [String] = ["web.1", "web.2", "worker.1"]) throws -> Session
    {
        let live = names.enumerated().compactMap { index, text in
            InstanceName(text).map { Instance(id: "\(index)abc", name: $0) }
        }
        return Session(app: App(name: try AppName("shop"), live: live), target: target, command: [], hasTerminal: false)
    }

    @Test func targets() throws {
        #expect(try session(.process(type: .web)).instance().name.description == "web.1")
        #expect(try session(.instance(name: InstanceName(.web, 2))).instance().id == "1abc")
        #expect(try session(.id(prefix: "2a")).instance().name.description == "worker.1")
        #expect(try session(.any, ["web.1", "web.2"]).instance().name.description == "web.1")
    }

    @Test func whatIsNotThereIsRefused() throws {
        let targets: [Session.Target] = [
            .any, .instance(name: InstanceName(.web, 3)), .id(prefix: "nope"), .id(prefix: ""),
            .process(type: try ProcessType("api")),
        ]
        for target in targets {
            #expect(throws: AdapterError.self) { _ = try session(target).instance() }
        }
        #expect(throws: AdapterError.self) { _ = try session(.any, []).instance() }
    }
}
