import AdapterKit
import Foundation
import TestSupport
import Testing

@testable import DokkuIO

struct StateTests {
    private let scratch: Scratch
    private let layout: DokkuLayout
    private let app: AppName

    init() throws {
        scratch = try Scratch()
        layout = DokkuLayout(root: scratch.path + "/apps", library: scratch.path + "/lib", origin: "x")
        app = try AppName("shop")
        try AppStore(layout).create(app)
    }

    @Test func whereThingsAre() throws {
        let dokku = try DokkuLayout(environment: ["DOKKU_ROOT": "/home/dokku", "HOME": "/x"])
        #expect(dokku == DokkuLayout(root: "/home/dokku", library: "/var/lib/dokku"))
        #expect(try DokkuLayout(environment: ["LINKSPAN_HOME": "/s"]).root == "/s/apps")
        #expect(
            try DokkuLayout(environment: ["LINKSPAN_HOME": "s"]).root == FileManager.default.currentDirectoryPath
                + "/s/apps")
        #expect(try DokkuLayout(environment: ["XDG_STATE_HOME": "/x"]).root == "/x/linkspan/apps")
        #expect(try DokkuLayout(environment: ["HOME": "/h"]).library == "/h/.local/state/linkspan/lib")
        #expect(
            try DokkuLayout(environment: ["LINKSPAN_HOME": "/a"]).origin
                != DokkuLayout(environment: ["LINKSPAN_HOME": "/b"]).origin)
        #expect(dokku.origin.isEmpty, "under a Dokku all containers of an app are ours")
        #expect(throws: AdapterError.self) { try DokkuLayout(environment: [:]) }
    }

    @Test func propertiesAreDokkusFiles() throws {
        let properties = Properties(layout, plugin: "scheduler")
        try properties.set("selected", to: "null", .app(app))
        try properties.set("selected", to: "docker-local", .global)
        #expect(scratch.read("lib/config/scheduler/shop/selected") == "null", "raw, without a newline")
        #expect(scratch.read("lib/config/scheduler/--global/selected") == "docker-local")
        let mode = try FileManager.default.attributesOfItem(
            atPath: scratch.path + "/lib/config/scheduler/shop/selected")
        #expect((mode[.posixPermissions] as? Int) == 0o600)
        #expect(try properties.computed("selected", app) == "null")
        try properties.set("selected", to: "", .app(app))
        #expect(try properties.value("selected", .app(app)) == nil)
        #expect(try properties.computed("selected", app) == "docker-local")
        #expect(try properties.computed("shell", app, default: "x") == "x")
    }

    @Test func propertiesAreClonedAndDestroyed() throws {
        let properties = Properties(layout, plugin: "ps")
        let new = try AppName("copy")
        try properties.setList("scale", to: ["web=1", "worker=2"], .app(app))
        try properties.clone(from: app, to: new)
        #expect(try properties.list("scale", .app(new)) == ["web=1", "worker=2"])
        try properties.destroy(app)
        try properties.destroy(app)
        #expect(try properties.names(.app(app)).isEmpty)
    }

    private func instance(_ name: String, _ id: String) -> Instance {
        Instance(
            id: id, name: InstanceName(name) ?? InstanceName(.web, 1), address: "10.0.0.1",
            port: name.hasPrefix("web") ? 5_000 : nil)
    }

    private func release(image: String = "shop:1", files: [String: String] = [:]) throws -> KeptRelease {
        for (name, text) in files { try scratch.write(text, to: "project/" + name) }
        try scratch.write("", to: "project/none")
        return KeptRelease(
            image: try ImageReference(image), formation: try Formation(parsing: ["web=1", "old=2"]),
            project: try ProjectFiles(folder: scratch.path + "/project"), scheduler: "docker-local")
    }

    private func record(_ instances: [Instance], before: [Instance] = [], _ release: KeptRelease? = nil) throws
        -> Switch.Record
    {
        .init(
            rollout: Rollout(instances: instances, superseded: before), before: before,
            release: try release ?? self.release())
    }

    private func switchTo(_ record: Switch.Record) throws {
        let change = try Switch.begin(record, LocalState(layout, app))
        try change.commitInstances()
        try change.finish()
    }

    @Test func aReleaseIsRecordedInDokkusFiles() throws {
        let state = LocalState(layout, app)
        try switchTo(record([instance("web.1", "abc"), instance("worker.1", "def")]))
        #expect(scratch.read("apps/shop/CONTAINER.web.1") == "abc\n")
        #expect(scratch.read("apps/shop/IP.web.1") == "10.0.0.1", "without a newline")
        #expect(scratch.read("apps/shop/PORT.web.1") == "5000")
        #expect(scratch.read("apps/shop/PORT.worker.1") == nil)
        #expect(try state.instances() == [instance("web.1", "abc"), instance("worker.1", "def")])
        try switchTo(record([instance("web.1", "xyz")]))
        #expect(try state.instances() == [instance("web.1", "xyz")])
        #expect(scratch.read("apps/shop/CONTAINER.worker.1") == nil)
        #expect(scratch.names("apps/shop").allSatisfy { !$0.hasSuffix(".tmp") })
    }

    @Test func theWholeReleaseIsKept() throws {
        let release = try release(image: "shop:2", files: ["Procfile": "web: x\n", ".env": "A=1\n"])
        try scratch.write("old", to: "lib/data/app-json/shop/app.json")
        try switchTo(record([instance("web.1", "abc")], release))
        #expect(scratch.read("lib/config/linkspan/shop/image") == "shop:2")
        #expect(scratch.read("lib/config/linkspan/shop/scheduler") == "docker-local")
        #expect(scratch.read("lib/config/common/shop/deployed") == "true")
        #expect(scratch.read("lib/data/ps/shop/Procfile") == "web: x\n")
        #expect(scratch.read("lib/data/app-json/shop/app.json") == nil, "the new release has none")
        #expect(
            scratch.read("lib/config/ps/shop/scale") == "web=1\n", "a type that is gone from the Procfile is forgotten")
        let mode = try FileManager.default.attributesOfItem(atPath: scratch.path + "/lib/config/shop/ENV")
        #expect((mode[.posixPermissions] as? Int) == 0o600)
    }

    @Test func aSwitchThatIsTakenBackHasNeverBeen() throws {
        let state = LocalState(layout, app)
        let before = [instance("web.1", "old")]
        try switchTo(record(before))
        let change = try Switch.begin(
            record([instance("web.1", "new"), instance("web.2", "new2")], before: before, release(image: "shop:2")),
            state)
        try change.commitInstances()
        #expect(try state.instances().map(\.id) == ["new", "new2"])
        try change.takeBack()
        #expect(try state.instances() == before)
        #expect(scratch.names("apps/shop") == ["CONTAINER.web.1", "IP.web.1", "PORT.web.1"])
        #expect(scratch.read("lib/config/linkspan/shop/image") == "shop:1")
        #expect(try Switch.interrupted(state) == nil)
    }

    @Test func aReleaseThatCannotBeKeptIsTakenBackWhole() throws {
        let state = LocalState(layout, app)
        let before = [instance("web.1", "old")]
        try switchTo(record(before, release(files: ["Procfile": "web: old\n"])))
        let change = try Switch.begin(
            record(
                [instance("web.1", "new")], before: before,
                release(image: "shop:2", files: ["Procfile": "web: new\n", "app.json": "{}"])), state)
        try change.commitInstances()
        // A folder in the way of one of the files, in the middle of them.
        try scratch.write("", to: "lib/data/app-json/shop/app.json/in-the-way")
        #expect(throws: AdapterError.self) { try change.finish() }
        try FileManager.default.removeItem(atPath: scratch.path + "/lib/data/app-json/shop/app.json")
        try change.takeBack()
        #expect(try state.instances() == before)
        #expect(scratch.read("lib/data/ps/shop/Procfile") == "web: old\n")
        #expect(scratch.read("lib/config/linkspan/shop/image") == "shop:1")
        #expect(scratch.read("apps/shop/CONTAINER.web.1") == "old\n")
    }

    /// As if the process had been killed after writing down the switch.
    @Test func anInterruptedSwitchIsReadAsDoneAndFinished() throws {
        let state = LocalState(layout, app)
        let before = [instance("web.1", "old")]
        try switchTo(record(before))
        let next = try record([instance("web.1", "new")], before: before, release(image: "shop:2"))
        _ = try Switch.begin(next, state)
        #expect(scratch.read("apps/shop/CONTAINER.web.1") == "old\n")
        #expect(try state.instances().map(\.id) == ["new"])
        let change = try #require(try Switch.interrupted(state))
        #expect(change.record == next)
        try change.commitInstances()
        try change.finish()
        #expect(scratch.read("apps/shop/CONTAINER.web.1") == "new\n")
        #expect(scratch.read("lib/config/linkspan/shop/image") == "shop:2")
        #expect(try Switch.interrupted(state) == nil)
    }

    @Test func whatAKilledProcessHasHalfWrittenIsSweptAway() throws {
        try scratch.write("secret", to: "lib/config/shop/.ENV.999999999.12.tmp")
        try scratch.write("", to: "lib/data/scheduler-docker-local/.dead-containers.999999999.12.tmp")
        try scratch.write("mine", to: "apps/shop/.CONTAINER.web.1.\(getpid()).12.tmp")
        try LocalState(layout, app).sweep()
        #expect(scratch.names("lib/config/shop").isEmpty)
        #expect(scratch.names("lib/data/scheduler-docker-local").isEmpty)
        #expect(scratch.names("apps/shop").count == 1, "a living process still needs its own")
    }

    @Test func theRetireQueueIsDokkusFile() throws {
        let queue = RetireQueue(layout)
        try queue.add(["a", "b", ""], of: app, due: 100)
        try queue.add(["b", "c"], of: app, due: 200)
        #expect(
            scratch.read("lib/data/scheduler-docker-local/dead-containers") == "shop a 100\nshop b 100\nshop c 200\n")
        try queue.remove(["a", "c"])
        #expect(try queue.entries() == [.init(app: app, id: "b", due: 100)])
    }

    @Test func aSecondDeployIsToldWhoHoldsTheLock() async throws {
        let lock = try await DeployLock.take(layout, app, command: "deploy shop")
        await #expect {
            _ = try await DeployLock.take(layout, app, command: "deploy shop")
        } throws: { error in
            guard let error = error as? AdapterError else { return false }
            return error.code == .conflict && error.message == "shop currently has a deploy lock in place. Exiting..."
                && error.details.first?.contains("process \(getpid()) (deploy shop) since 20") == true
                && error.hint?.contains("kill -TERM \(getpid())") == true
        }
        #expect(try await DeployLock.takeForRetiring(layout, app) == nil)
        lock.release()
    }

    @Test func anAppThatIsGoneDoesNotComeBackByItsLock() async throws {
        try AppStore(layout).destroy(app)
        await #expect(throws: AppMissing(name: app)) { _ = try await DeployLock.take(layout, app, command: "x") }
        await #expect(throws: AppMissing.self) { _ = try await DeployLock.takeForRetiring(layout, app) }
        #expect(!AppStore(layout).exists(app))
    }

    @Test func theLockGoesWithItsHolder() async throws {
        _ = try await DeployLock.take(layout, app, command: "x")
        let again = try await DeployLock.take(layout, app, command: "y")
        again.release()
    }

    @Test func aDeployWaitsForRetiring() async throws {
        var retiring = try await DeployLock.takeForRetiring(layout, app)
        #expect(retiring != nil)
        let deploy = Task { [layout, app] in try await DeployLock.take(layout, app, command: "deploy shop") }
        try await Task.sleep(for: .milliseconds(150))
        retiring = nil
        (try await deploy.value).release()
    }

    @Test func aFileIsReplacedWholeOrNotAtAll() throws {
        let path = scratch.path + "/file"
        try StateFiles.write("one", to: path)
        try StateFiles.write("two", to: path)
        #expect(scratch.read("file") == "two")
        #expect(scratch.names() == ["apps", "file"], "nothing temporary stays")
        try FileManager.default.createDirectory(atPath: scratch.path + "/folder", withIntermediateDirectories: true)
        #expect(throws: AdapterError.self) { try StateFiles.write("x", to: scratch.path + "/folder") }
        #expect(scratch.names() == ["apps", "file", "folder"])
    }

    @Test func removingAFolderDoesNotFollowLinks() throws {
        try scratch.write("keep", to: "outside/file")
        try FileManager.default.createDirectory(atPath: scratch.path + "/inside", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: scratch.path + "/inside/link", withDestinationPath: scratch.path + "/outside")
        try StateFiles.removeFolder(scratch.path + "/inside")
        #expect(scratch.read("outside/file") == "keep")
    }

    @Test func appsAreFolders() throws {
        let apps = AppStore(layout)
        try apps.create(app)
        try scratch.write("", to: "apps/.hidden/x")
        try scratch.write("", to: "apps/ENV")
        #expect(try apps.all() == [app])
        #expect(throws: AppMissing(name: try AppName("nope"))) { try apps.existing("nope") }
    }
}
