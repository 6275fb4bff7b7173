import Foundation
import TestSupport
import Testing

@Suite(.serialized, .enabled(if: LiveEngine.isAvailable, "no Docker Engine"))
struct LiveLifecycleTests {
    @Test func stoppingAndStarting() async throws {
        try await LiveApp.with(scale: "web=1", "worker=1") { app in
            try await app.run("ps:set", app.name, "stop-timeout-seconds", "1")
            try await app.deployed()
            #expect(try await app.run("ps:stop", app.name).status == 0)
            #expect(try await app.running().isEmpty)
            #expect(try await app.run("ps:report", app.name, "--running").output == "false\n")
            #expect(try await app.run("enter", app.name, "web", "ls").error.contains("Container is not running"))
            #expect(try await app.run("ps:start", app.name).status == 0)
            #expect(try await app.page() == "release one\n")
            let again = try await app.run("ps:start", app.name)
            #expect(again.status == 0 && again.error.contains("App \(app.name) already running"))
        }
    }

    @Test func aMissingInstanceIsMixed() async throws {
        try await LiveApp.with(scale: "web=1", "worker=1") { app in
            try await app.run("ps:set", app.name, "restart-policy", "no")
            try await app.deployed()
            let id = try #require(app.file("CONTAINER.worker.1")?.dropLast())
            _ = try await Tool.run("kill", "-9", try #require(try await pid(String(id), app)))
            try await app.eventually("the engine has noticed") {
                try await app.binary.run("docker-local", app.name, as: "scheduler-app-status").output == "2 mixed\n"
            }
            try await app.engine.removeAll(of: app.name)
            #expect(
                try await app.binary.run("docker-local", app.name, as: "scheduler-app-status").output == "2 false\n")
            #expect(
                try await app.run("ps:report", app.name).output.contains(
                    "Status web 1:                     missing (CID: "))
        }
    }

    private func pid(_ id: String, _ app: LiveApp) async throws -> String? {
        ((try await app.engine.inspect(id)["State"] as? [String: Any])?["Pid"] as? Int).map(String.init)
    }

    @Test func renamingMovesAllOfIt() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.run("checks:set", app.name, "default-wait", "1")
            try await app.run("domains:set", app.name, "\(app.name).example.com")
            try await app.deployed()
            let new = app.name + "-new"
            let result = try await app.run("apps:rename", app.name, new)
            #expect(result.status == 0, "\(result.error)")
            #expect(try await app.containers().isEmpty)
            #expect(try await app.engine.containers(of: new).map(\.name) == ["\(new).web.1"])
            #expect(try await app.run("apps:exists", app.name).status == 20)
            #expect(try await app.run("checks:report", new, "--checks-default-wait").output == "1\n")
            #expect(
                try await app.run("domains:report", new, "--domains-app-vhosts").output == "\(app.name).example.com\n")
            #expect(try await app.run("apps:destroy", "--force", new).status == 0)
            #expect(try await app.engine.containers(of: new).isEmpty)
        }
    }

    @Test func aRenameThatFailsChangesNothing() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.deployed()
            let before = try await app.containers()
            try await app.run("docker-options:add", app.name, "deploy", "--memory=1")
            #expect(try await app.run("apps:rename", app.name, app.name + "-new").status == 1)
            #expect(try await app.containers() == before)
            #expect(try await app.engine.containers(of: app.name + "-new").isEmpty)
            #expect(try await app.engine.keptImages(of: app.name + "-new").isEmpty)
            #expect(try await app.run("apps:exists", app.name + "-new").status == 20)
            #expect(try await app.page() == "release one\n")
        }
    }

    @Test func cloningMakesAnotherApp() async throws {
        try await LiveApp.with(scale: "web=1", "worker=0") { app in
            try await app.run("domains:set", app.name, "\(app.name).example.com")
            try await app.deployed()
            let copy = app.name + "-copy"
            #expect(try await app.run("apps:clone", app.name, copy).status == 0)
            #expect(try await app.engine.containers(of: copy).map(\.name) == ["\(copy).web.1"])
            #expect(try await app.running() == ["web.1"])
            #expect(
                try await app.run("domains:report", copy, "--domains-app-vhosts").output == "\n",
                "a domain belongs to one app")
            #expect(try await app.run("apps:destroy", "--force", copy).status == 0)
            #expect(try await app.engine.containers(of: copy).isEmpty)
        }
    }

    @Test func destroyingLeavesNothing() async throws {
        try await LiveApp.with(scale: "web=1", "worker=1") { app in
            try await app.deployed()
            try await app.run("run:detached", app.name, "sleep", "1000")
            #expect(try await app.run("apps:destroy", "--force", app.name).status == 0)
            #expect(try await app.containers().isEmpty)
            let left = (FileManager.default.enumerator(atPath: app.binary.home.path)?.allObjects as? [String] ?? [])
                .filter { $0.contains(app.name) }
            #expect(left.isEmpty, "\(left)")
        }
    }

    @Test func inspectingMasksValues() async throws {
        try await LiveApp.with(scale: "web=1", "worker=1") { app in
            try await app.deployed()
            let output = try await app.run("ps:inspect", app.name).output
            let documents = try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [[String: Any]])
            #expect(documents.count == 2)
            #expect(
                output.contains("\"GREETING=XXXXXX\"") && output.contains("\"PORT=5000\"")
                    && output.contains("\"DYNO=web.1\""))
            #expect(!output.contains("canary-s3cret"))
        }
    }
}
