import AdapterKit
import DokkuIO
import Foundation
import TestSupport
import Testing

@testable import SchedulerHost

/// The host with a scheduler that keeps its own record.
struct CloudSchedulerTests {
    private let scratch: Scratch
    private let cloud = CloudScheduler()
    private let host: SchedulerHost.Host
    private let app: AppName

    init() throws {
        scratch = try Scratch()
        host = try SchedulerHost.Host(
            environment: [
                "LINKSPAN_HOME": scratch.path + "/home", "DOCKER_HOST": "unix:///nowhere/docker.sock",
                "DOKKU_QUIET_OUTPUT": "1",
            ], catalog: cloud.catalog)
        app = try AppName("shop")
        try host.apps.create(app)
        try host.properties("scheduler").set("selected", to: "cloud", .global)
        try scratch.write("web: a\nworker: b", to: "project/Procfile")
        try scratch.write(#"{"cron": [{"command": "tidy up", "schedule": "@daily"}]}"#, to: "project/app.json")
    }

    private func deploy(_ image: String = "r.example.com/shop:1", only: ProcessType? = nil, plan: String? = nil)
        async throws
    {
        let project = try ProjectFiles(folder: scratch.path + "/project")
        let formation = try Formation.current(kept: Formation.kept(app, host.layout), project: project)
        let image = try ImageReference(image)
        try await DeployPipeline(host, app).deploy {
            .init(project: project, image: image, formation: formation, only: only, agreedState: plan)
        }
    }

    private func set(_ name: String, _ value: String, _ plugin: String = "scheduler-cloud") throws {
        try host.properties(plugin).set(name, to: value, .app(app))
    }

    private var files: [String] { scratch.names("home/apps/shop").filter { !$0.hasPrefix(".") } }

    @Test func nothingOfTheLocalSchedulersIsLeftBehind() async throws {
        try await deploy()
        #expect(files == [], "no CONTAINER, IP or PORT")
        #expect(try RetireQueue(host.layout).entries().isEmpty)
        #expect(cloud.releases.keys.sorted() == ["one/default/shop"])
        #expect(try Reports(host).isDeployed(app))
        #expect(try await Reports(host).isDeployed(app, on: "cloud"))
        #expect(try Place.kept(app, host.layout)?.id == "one/default")
        let report = try await Reports(host).processes(.app(app))
        #expect(try report.value(of: "--running") == "true" && report.value(of: "--deployed") == "true")
    }

    @Test func whatIsGoneFromTheSchedulerIsNotDeployed() async throws {
        try await deploy()
        cloud.change { $0.releases = [:] }
        #expect(try await !Reports(host).isDeployed(app, on: "cloud"))
        #expect(try await Reports(host).processes(.app(app)).value(of: "--deployed") == "false")
        try host.properties("ps").setList("scale", to: ["web=0", "worker=0"], .app(app))
        #expect(try await Reports(host).isDeployed(app, on: "cloud"), "scaled to nothing is deployed all the same")
    }

    @Test func aNewNamespaceServesBeforeTheOldOneGoes() async throws {
        try await deploy()
        try set("namespace", "blue")
        let status = try await host.adapter(for: app).status(of: try host.reader(app).liveApp())
        #expect(status.count == 1, "until then it is found where it is")
        try await deploy()
        #expect(cloud.releases.keys.sorted() == ["one/blue/shop"])
        let order = cloud.calls.filter { !$0.hasPrefix("status") }
        #expect(order == ["deploy one/default/shop", "deploy one/blue/shop", "remove one/default/shop"])
    }

    @Test func oneClusterUnderTwoNamesIsOnePlace() async throws {
        try await deploy()
        try set("context", "alias")
        try await deploy()
        #expect(cloud.releases.keys.sorted() == ["one/default/shop"])
        #expect(!cloud.calls.contains { $0.hasPrefix("remove") })
        try set("context", "two")
        try await deploy()
        #expect(cloud.releases.keys.sorted() == ["two/default/shop"])
    }

    @Test func settingsThatLeadElsewhereByThemselvesRemoveNothing() async throws {
        try await deploy()
        cloud.change { $0.currentCluster = "two" }
        try await deploy()
        #expect(cloud.releases.keys.sorted() == ["one/default/shop", "two/default/shop"])
        #expect(try Place.kept(app, host.layout)?.id == "two/default")
    }

    @Test func placesThatAreNotToldApartAreComparedByWhatRuns() async throws {
        cloud.change { $0.tellsPlaces = false }
        try await deploy()
        try set("context", "alias")
        try await deploy()
        #expect(cloud.releases.keys.sorted() == ["one/default/shop"], "the same instances: the same place")
        try set("namespace", "blue")
        try await deploy()
        #expect(cloud.releases.keys.sorted() == ["one/blue/shop"])
    }

    @Test func aDeployThatFailsElsewhereLeavesTheOldOne() async throws {
        try await deploy()
        try set("namespace", "blue")
        cloud.change { $0.failure = AdapterError(.rolloutFailed, "no") }
        await #expect(throws: AdapterError.self) { try await deploy() }
        #expect(cloud.releases.keys.sorted() == ["one/default/shop"])
        #expect(try Place.kept(app, host.layout)?.settings["namespace"] == "default")
    }

    @Test func aPartOfAnAppIsNotMoved() async throws {
        try await deploy()
        try set("namespace", "blue")
        try await deploy("r.example.com/shop:2", only: .web)
        #expect(cloud.releases.keys.sorted() == ["one/default/shop"])
        try await Processes(host, app).scale(Formation([.web: 3]), deploys: true)
        #expect(cloud.releases["one/default/shop"]?.processes["web"] == 3)
        #expect(cloud.releases["one/default/shop"]?.keepsRunning == true)
        try set("selected", "null", "scheduler")
        await #expect(throws: AdapterError.self) { try await deploy(only: .web) }
    }

    @Test func movingToAnotherSchedulerRemovesItWhereItWas() async throws {
        try await deploy()
        try set("namespace", "blue")
        try set("selected", "null", "scheduler")
        try await deploy()
        #expect(cloud.releases.isEmpty)
        #expect(cloud.calls.last == "remove one/default/shop", "at the place that was kept")
        #expect(try Place.kept(app, host.layout) == nil)
    }

    @Test func whatCouldNotBeLeftIsLeftTheNextTime() async throws {
        try await deploy()
        try set("namespace", "blue")
        cloud.change { $0.removalFailure = AdapterError(.unreachable, "no") }
        try await deploy()
        #expect(cloud.releases.keys.sorted() == ["one/blue/shop", "one/default/shop"])
        #expect(try Leaving.kept(app, host.layout).map(\.place?.settings["namespace"]) == ["default"])
        try set("namespace", "green")
        try await deploy()
        #expect(cloud.releases.count == 3)
        cloud.change { $0.removalFailure = nil }
        try await Retirement(host).retire(app)
        #expect(cloud.releases.keys.sorted() == ["one/green/shop"])
        #expect(try Leaving.kept(app, host.layout).isEmpty)
    }

    @Test func whoComesBackIsNotRemoved() async throws {
        try await deploy()
        try set("namespace", "blue")
        cloud.change { $0.removalFailure = AdapterError(.unreachable, "no") }
        try await deploy()
        try set("namespace", "")
        try await deploy()
        cloud.change { $0.removalFailure = nil }
        try await Retirement(host).retire(app)
        #expect(cloud.releases.keys.sorted() == ["one/default/shop"])
    }

    @Test func destroyingRemovesWhatWasNeverLeft() async throws {
        try await deploy()
        try set("namespace", "blue")
        cloud.change { $0.removalFailure = AdapterError(.unreachable, "no") }
        try await deploy()
        cloud.change { $0.removalFailure = nil }
        try await AppLifecycle(host).destroy(app)
        #expect(cloud.releases.isEmpty)
    }

    @Test func linesOfTheCrontabHoldWhatTheirSchedulersNeed() async throws {
        try await deploy()
        try set("selected", "docker-local", "scheduler")
        try host.properties("cron").set("host-crontab", to: "true", .global)
        let host = try SchedulerHost.Host(
            environment: host.environment.merging(["CLOUD_HOME": "/x"]) { $1 }, catalog: cloud.catalog)
        let lines = try await Crontab(host).lines()
        #expect(lines.count == 1 && lines.allSatisfy { $0.contains("DOCKER_HOST=") && !$0.contains("CLOUD_HOME") })
    }

    @Test func destroyingUsesTheKeptPlace() async throws {
        try await deploy()
        try set("namespace", "blue")
        try await AppLifecycle(host).destroy(app)
        #expect(cloud.releases.isEmpty && cloud.calls.contains("remove one/default/shop"))
        #expect(scratch.names("home/lib/config/scheduler-cloud").isEmpty)
    }

    @Test func renamingLeavesNothingUnderTheOldName() async throws {
        try await deploy()
        try CertificateFiles(host.layout, app).keep(Certificate(chain: "c", privateKey: "k"))
        try set("namespace", "blue")
        let new = try AppName("store")
        try await AppLifecycle(host).rename(app, to: new, deploys: true)
        #expect(cloud.releases.keys.sorted() == ["one/blue/store"])
        let order = cloud.calls.filter { $0.hasPrefix("deploy") || $0.hasPrefix("remove") }
        #expect(order == ["deploy one/default/shop", "deploy one/blue/store", "remove one/default/shop"])
        #expect(try CertificateFiles(host.layout, new).read()?.chain == "c")
    }

    @Test func aRenameThatCannotDeployIsTakenBack() async throws {
        try await deploy()
        cloud.change { $0.failure = AdapterError(.rolloutFailed, "no") }
        await #expect(throws: AdapterError.self) {
            try await AppLifecycle(host).rename(app, to: AppName("store"), deploys: true)
        }
        #expect(cloud.releases.keys.sorted() == ["one/default/shop"])
        #expect(try host.apps.all() == [app])
    }

    @Test func restartsAreTold() async throws {
        try await deploy()
        try await Processes(host, app).deployKept(reason: "start")
        #expect(cloud.releases["one/default/shop"]?.isRestart == false)
        try await Processes(host, app).deployKept(isRestart: true, reason: "restart")
        #expect(cloud.releases["one/default/shop"]?.isRestart == true)
        let dokku = try SchedulerHost.Host(
            environment: host.environment.merging(["DOKKU_COMMAND": "ps:restart"]) { $1 }, catalog: cloud.catalog)
        try await Processes(host, app).deployKept(reason: "start")
        _ = try await Dispatcher(dokku).answer(TriggerCall("scheduler-deploy", ["cloud", "shop", "latest"]))
        #expect(cloud.releases["one/default/shop"]?.isRestart == true)
    }

    @Test func cronTasksAreTheSchedulers() async throws {
        try await deploy()
        #expect(cloud.state.withLock { $0.deployments.last?.cron.count } == 1)
        #expect(try await Crontab(host).lines().isEmpty)
        let id = try #require(try await host.cronTasks(of: app).first?.id)
        try await CronMaintenance(host, app).set(id, isHeld: true)
        #expect(cloud.state.withLock { $0.keptCron.map(\.isInMaintenance) } == [true])
        _ = try await Dispatcher(host).answer(TriggerCall("scheduler-cron-write", ["cloud", ""]))
        try await CronMaintenance(host, app).set(id, isHeld: false)
        #expect(cloud.state.withLock { $0.keptCron.map(\.isInMaintenance) } == [false])
        #expect(try await Tasks(host, app).runCron(id, isDetached: false) == .success)
        #expect(cloud.calls.last == "run \(id) tidy up")
    }

    @Test func houseKeepingNeedsNoEngine() async throws {
        try await deploy()
        try await Retirement(host).retire(nil)
        #expect(cloud.calls.contains("retire-tasks shop"))
    }

    @Test func mapsReachTheAdapter() async throws {
        let plugin = cloud.plugin
        let annotations = MapSetting(host, plugin, plugin.settings[3])
        try await annotations.set("a", to: "1", .init(process: nil, resource: "pod"), .global)
        try await annotations.set("b", to: "2", .init(process: nil, resource: "Pod"), .app(app))
        try await annotations.set("a", to: "3", .init(process: "web", resource: "pod"), .app(app))
        try await deploy()
        #expect(
            cloud.state.withLock { $0.annotations } == [
                "--global.pod": #"{"a":"1","b":"2"}"#, "web.pod": #"{"a":"3"}"#,
            ])
        let report = try annotations.report(.init(process: nil, resource: nil), .app(app))
        #expect(report.json == #"{"global.pod.b":"2","web.pod.a":"3"}"#)
        #expect(try annotations.report(.init(process: "web", resource: nil), .app(app)).rows.count == 1)
        try await annotations.set("a", to: "", .init(process: "web", resource: "pod"), .app(app))
        #expect(scratch.names("home/lib/config/scheduler-cloud/shop") == ["annotations.--global.pod"])
        for part in [MapSetting.Part(process: nil, resource: nil), .init(process: nil, resource: "nope")] {
            await #expect(throws: AdapterError.self) { try await annotations.set("a", to: "1", part, .global) }
        }
    }

    @Test func autoscalingIsCheckedAndFolded() async throws {
        let plugin = cloud.plugin
        let autoscaling = MapSetting(host, plugin, plugin.settings[4])
        for (key, value) in [("nope", "1"), ("cpu", "much"), ("", "1")] {
            await #expect(throws: AdapterError.self) {
                try await autoscaling.set(key, to: value, .init(process: "web", resource: nil), .app(app))
            }
        }
        try await autoscaling.set("cpu", to: "70", .init(process: "web", resource: nil), .app(app))
        try await deploy()
        let deployment = try #require(cloud.state.withLock { $0.deployments.last })
        #expect(deployment.processes.first { $0.type == .web }?.autoscaling?.triggers.map(\.type) == ["cpu"])
    }

    @Test func aSettingThatTheAdapterRefusesIsNotSet() async throws {
        let setting = PropertySetting(host, PropertyCatalog.settings(of: cloud.plugin))
        await #expect(throws: AdapterError.self) { try await setting.set("limit", to: "none", .app(app)) }
        await #expect(throws: AdapterError.self) { try await setting.set("annotations", to: "x", .app(app)) }
        try await setting.set("limit", to: "5", .app(app))
        #expect(try host.properties("scheduler-cloud").value("limit", .app(app)) == "5")
    }

    @Test func comparisonsAndPlans() async throws {
        try await deploy()
        func request() async throws -> DeployPipeline.Request {
            let inputs = host.reader(app).inputs
            let project = try await inputs.project(.all)
            return .init(
                project: project, image: try await inputs.image(), formation: try await inputs.formation(project))
        }
        #expect(try await !Plans(host, app).compare(saves: true, request))
        cloud.change { $0.comparison.parts = [.init("Service/shop-web", .create, lines: ["+ a"])] }
        #expect(try await Plans(host, app).compare(saves: false, request))
        try await deploy(plan: "t0")
        #expect(cloud.state.withLock { $0.deployments.last?.agreedState } == "t0")
    }

    @Test func examinations() async throws {
        cloud.change { $0.findings = [.init("reach", .good, "answers"), .init("clock", .warning, "is late")] }
        #expect(try await Doctor(host).examine(nil))
        cloud.change { $0.findings.append(.init("rights", .bad, "cannot create pods")) }
        #expect(try await !Doctor(host).examine(app))
        try host.properties("scheduler").set("selected", to: "null", .global)
        await #expect(throws: AdapterError.self) { try await Doctor(host).examine(nil) }
    }

    @Test func storage() async throws {
        let storage = Storage(host)
        let entry = StorageEntry(name: "data", size: "1Gi", accessMode: "ReadWriteOnce")
        for wrong in [
            StorageEntry(name: "Data", size: "1Gi"), .init(name: "a", size: ""), .init(name: "a", size: "much"),
            .init(name: "a", size: "1Gi", accessMode: "Sometimes"),
        ] {
            await #expect(throws: AdapterError.self) { try await storage.create(wrong, scheduler: nil) }
        }
        await #expect(throws: AdapterError.self) { try await storage.create(entry, scheduler: "null") }
        try await storage.create(entry, scheduler: nil)
        let mounts = StorageMounts(host, app)
        try mounts.add("data:/data:ro")
        try mounts.add("/srv/x:/x")
        #expect(throws: AdapterError.self) { try mounts.add("data:/data:ro") }
        #expect(try mounts.list() == ["data:/data:ro", "/srv/x:/x"])
        try await deploy()
        #expect(cloud.state.withLock { $0.deployments.last?.mounts.map(\.entry) } == [entry, nil])
        let status = try await storage.execute(
            "data", image: ImageReference("busybox:1"), ["ls", "/data"], user: nil, hasTerminal: false)
        #expect(status == ExitStatus(rawValue: 7) && cloud.calls.last == "exec data busybox:1 ls /data")
        await #expect(throws: AdapterError.self) { try await storage.destroy("data") }
        try mounts.remove("data")
        try mounts.remove("/srv/x:/x")
        #expect(throws: AdapterError.self) { try mounts.remove("data") }
        try await storage.destroy("data")
        #expect(try StorageEntries(host.layout).names().isEmpty)
    }

    @Test func anAppThatComesFromTheLocalScheduler() async throws {
        for (file, text) in [("CONTAINER.web.1", "abc\n"), ("IP.web.1", "10.0.0.1"), ("PORT.web.1", "5000")] {
            try scratch.write(text, to: "home/apps/shop/" + file)
        }
        try await deploy()
        #expect(files == [], "its files go; that its containers cannot be reached is told")
        #expect(cloud.state.withLock { $0.deployments.last?.app.live } == [])
    }

    @Test func noEngineMeansNoFactsAndNoDelay() async throws {
        let clock = ContinuousClock()
        let start = clock.now
        try await deploy()
        #expect(clock.now - start < .seconds(10), "the machine may be busy")
        #expect(cloud.state.withLock { $0.deployments.last?.image.facts } == nil)
    }

    @Test func anEngineThatStaysSilentIsNotWaitedFor() async throws {
        let server = try ScriptedServer { _, _ in [.hang] }
        let host = try SchedulerHost.Host(
            environment: host.environment.merging(["DOCKER_HOST": "unix://" + server.path]) { $1 },
            catalog: cloud.catalog)
        let clock = ContinuousClock()
        let start = clock.now
        let image = try await Publishing(host, app).releaseImage(
            ImageReference("a:1"), of: Processes(host, app).project(), for: cloud.plugin.manifest, pushes: false)
        #expect(image.facts == nil && clock.now - start < .seconds(9))
    }

    @Test func anEngineThatKnowsTheImageIsAsked() async throws {
        let server = try ScriptedServer { _, head in
            head.contains("_ping")
                ? [.send("HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 2\r\n\r\nOK")]
                : [
                    ScriptedServer.reply(
                        200,
                        #"{"Id":"sha256:1","Architecture":"arm64","Config":{"User":"1000","Entrypoint":["/start"],"#
                            + #""ExposedPorts":{"8080/tcp":{}}}}"#
                    )
                ]
        }
        let host = try SchedulerHost.Host(
            environment: host.environment.merging(["DOCKER_HOST": "unix://" + server.path]) { $1 },
            catalog: cloud.catalog)
        let image = try await Publishing(host, app).releaseImage(
            ImageReference("a:1"), of: Processes(host, app).project(), for: cloud.plugin.manifest, pushes: false)
        #expect(
            image.facts
                == ImageFacts(
                    architecture: "arm64", exposedPorts: [8_080], user: "1000", id: "sha256:1", entrypoint: ["/start"]))
    }
}
