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
        layout = DokkuLayout(root: scratch.path + "/apps", library: scratch.path + "/lib")
        app = try AppName("shop")
    }

    @Test func whereThingsAre() throws {
        let dokku = try DokkuLayout(environment: ["DOKKU_ROOT": "/home/dokku", "HOME": "/x"])
        #expect(dokku == DokkuLayout(root: "/home/dokku", library: "/var/lib/dokku"))
        #expect(try DokkuLayout(environment: ["LINKSPAN_HOME": "/s"]).root == "/s/apps")
        #expect(try DokkuLayout(environment: ["LINKSPAN_HOME": "s", "PWD": "/here"]).root == "/here/s/apps")
        #expect(try DokkuLayout(environment: ["XDG_STATE_HOME": "/x"]).root == "/x/linkspan/apps")
        #expect(try DokkuLayout(environment: ["HOME": "/h"]).library == "/h/.local/state/linkspan/lib")
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

    @Test func aReleaseIsRecordedInDokkusFiles() throws {
        let state = LocalState(layout, app)
        try state.record(Rollout(instances: [instance("web.1", "abc"), instance("worker.1", "def")], superseded: []))
        try state.settle()
        #expect(scratch.read("apps/shop/CONTAINER.web.1") == "abc\n")
        #expect(scratch.read("apps/shop/IP.web.1") == "10.0.0.1", "without a newline")
        #expect(scratch.read("apps/shop/PORT.web.1") == "5000")
        #expect(scratch.read("apps/shop/PORT.worker.1") == nil)
        #expect(try state.instances() == [instance("web.1", "abc"), instance("worker.1", "def")])
        try state.record(Rollout(instances: [instance("web.1", "xyz")], superseded: []))
        #expect(try state.instances() == [instance("web.1", "xyz")])
        #expect(scratch.read("apps/shop/CONTAINER.worker.1") == nil)
    }

    /// As if the process had been killed after writing down the switch and changing some of the files.
    @Test func anInterruptedSwitchIsReadAsDone() throws {
        let state = LocalState(layout, app)
        try state.record(Rollout(instances: [instance("web.1", "old"), instance("web.2", "old2")], superseded: []))
        try state.settle()
        let next = Rollout(
            instances: [instance("web.1", "new"), instance("web.2", "new2")], superseded: [instance("web.1", "old")])
        try state.record(next)
        try scratch.write("old2\n", to: "apps/shop/CONTAINER.web.2")
        #expect(try state.instances().map(\.id) == ["new", "new2"])
        #expect(try state.interruptedSwitch() == next)
        try state.finishInterrupted(next)
        try state.settle()
        #expect(scratch.read("apps/shop/CONTAINER.web.2") == "new2\n")
        #expect(try state.interruptedSwitch() == nil)
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

    @Test func aSecondDeployIsToldWhoHoldsTheLock() throws {
        let lock = try DeployLock.take(layout, app, command: "deploy shop")
        #expect {
            _ = try DeployLock.take(layout, app, command: "deploy shop")
        } throws: { error in
            guard let error = error as? AdapterError else { return false }
            return error.code == .conflict && error.message == "shop currently has a deploy lock in place. Exiting..."
                && error.details.first?.contains("process \(getpid()) (deploy shop) since 20") == true
        }
        lock.release()
    }

    @Test func theLockGoesWithItsHolder() throws {
        _ = try DeployLock.take(layout, app, command: "x")
        let again = try DeployLock.take(layout, app, command: "y")
        again.release()
    }

    @Test func aFileIsReplacedWholeOrNotAtAll() throws {
        let path = scratch.path + "/file"
        try StateFiles.write("one", to: path)
        try StateFiles.write("two", to: path)
        #expect(scratch.read("file") == "two")
        #expect(scratch.names() == ["file"], "nothing temporary stays")
        try FileManager.default.createDirectory(atPath: scratch.path + "/folder", withIntermediateDirectories: true)
        #expect(throws: AdapterError.self) { try StateFiles.write("x", to: scratch.path + "/folder") }
        #expect(scratch.names() == ["file", "folder"])
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
