import AdapterKit
import DokkuIO
import Foundation
import TestSupport
import Testing

@testable import SchedulerHost

/// What an app's author wants run around a deploy.
struct ReleaseTaskTests {
    private let scratch: Scratch
    private let cloud = CloudScheduler()
    private let host: SchedulerHost.Host
    private let app: AppName

    init() throws {
        scratch = try Scratch()
        host = try Self.host(scratch, cloud)
        app = try AppName("shop")
        try host.apps.create(app)
        try host.properties("scheduler").set("selected", to: "cloud", .global)
        try scratch.write("web: a\nrelease: migrate --all", to: "project/Procfile")
        try scratch.write("KEY=new", to: "project/.env")
        try scratch.write(
            #"{"scripts": {"dokku": {"predeploy": "warm up", "postdeploy": "tell 'all of them'"}, "postdeploy": "seed"}}"#,
            to: "project/app.json")
    }

    private static func host(
        _ scratch: Scratch, _ cloud: CloudScheduler, _ more: [String: String] = [:]
    ) throws -> SchedulerHost.Host {
        try SchedulerHost.Host(
            environment: [
                "LINKSPAN_HOME": scratch.path + "/home", "DOCKER_HOST": "unix:///nowhere/docker.sock",
                "DOKKU_QUIET_OUTPUT": "1",
            ].merging(more) { $1 }, catalog: cloud.catalog)
    }

    private func deploy(_ image: String = "r.example.com/shop:1") async throws {
        let folder = scratch.path + "/project"
        let project = try ProjectFiles(folder: folder)
        let formation = try Formation.current(kept: Formation.kept(app, host.layout), project: project)
        let image = try ImageReference(image)
        try await DeployPipeline(host, app).deploy {
            .init(project: project, image: image, formation: formation, folder: folder)
        }
    }

    private var calls: [String] { cloud.calls.filter { $0.hasPrefix("run") || $0.hasPrefix("deploy") } }

    private func sh(_ command: String) -> String { "run - /bin/sh -c set -e; \(command)" }

    @Test func tasksRunAroundTheDeploy() async throws {
        try await deploy()
        #expect(
            calls == [
                sh("warm up"), sh("migrate --all"), sh("seed"), "deploy one/default/shop", sh("tell 'all of them'"),
            ])
        let tasks = cloud.state.withLock { $0.tasks }
        for task in tasks {
            #expect(task.environment["KEY"] == "new" && task.image.local.description == "r.example.com/shop:1")
            #expect(!task.isDetached && !task.hasTerminal)
        }
        cloud.change { $0.calls = [] }
        try await deploy("r.example.com/shop:2")
        #expect(!calls.contains(sh("seed")), "that was for the first deploy")
        #expect(cloud.state.withLock { $0.tasks.last?.image.local.description } == "r.example.com/shop:2")
    }

    @Test(arguments: ["warm", "migrate"])
    func oneThatFailsStopsTheDeploy(_ word: String) async throws {
        cloud.change { $0.failingTask = word }
        let error = await #expect(throws: AdapterError.self) { try await deploy() }
        #expect(error?.message.contains("task of shop ended with exit status 3") == true, "\(error?.message ?? "")")
        #expect(error?.details.contains { $0.contains("nothing is changed") } == true)
        #expect(calls.last?.contains(word) == true && !calls.contains { $0.hasPrefix("deploy") })
        #expect(try host.properties("linkspan").value("image", .app(app)) == nil)
        #expect(cloud.releases.isEmpty)
    }

    @Test func oneThatFailsAfterwardsIsAFailureOfAReleaseThatServes() async throws {
        cloud.change { $0.failingTask = "tell" }
        let error = await #expect(throws: AdapterError.self) { try await deploy() }
        #expect(error?.message == "the postdeploy task of shop ended with exit status 3")
        #expect(error?.details.contains("The new release serves all the same") == true)
        #expect(cloud.releases.keys.sorted() == ["one/default/shop"])
        #expect(try host.properties("linkspan").value("image", .app(app)) == "r.example.com/shop:1")
    }

    @Test func aReleaseThatDoesNotComeUpHasNoTaskAfterIt() async throws {
        cloud.change { $0.failure = AdapterError(.rolloutFailed, "it does not start") }
        await #expect(throws: AdapterError.self) { try await deploy() }
        #expect(!calls.contains(sh("tell 'all of them'")))
    }

    @Test func aRestartRunsNone() async throws {
        try await deploy()
        cloud.change { $0.calls = [] }
        try await Processes(host, app).deployKept(isRestart: true, reason: "restart")
        #expect(calls == ["deploy one/default/shop"])
    }

    // MARK: storage

    @Test func storageGoesWhereverAnAppMayHaveHadIt() async throws {
        let storage = Storage(host)
        try await storage.create(StorageEntry(name: "data", size: "1Gi"), scheduler: "cloud")
        for (name, space) in [("shop", "blue"), ("blog", "default"), ("idle", "green")] {
            let other = try AppName(name)
            if !host.apps.exists(other) { try host.apps.create(other) }
            try host.properties("scheduler-cloud").set("namespace", to: space, .app(other))
        }
        try await deploy()
        cloud.change { $0.removalFailure = AdapterError(.unreachable, "nobody answers") }
        await #expect(throws: AdapterError.self) { try await storage.destroy("data") }
        #expect(try StorageEntries(host.layout).names() == ["data"], "what may still be there is not forgotten")
        cloud.change { ($0.removalFailure, $0.calls) = (nil, []) }
        try await storage.destroy("data")
        // Where nothing was deployed there is nothing.
        #expect(cloud.calls == ["destroy one/default data", "destroy one/blue data"])
        #expect(try StorageEntries(host.layout).names().isEmpty)
    }
}
