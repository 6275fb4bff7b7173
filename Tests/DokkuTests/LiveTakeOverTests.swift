import Foundation
import TestSupport
import Testing

/// An app that Dokku's own docker-local has deployed goes on under ours without a redeploy, and back (contract 2.7).
@Suite(.enabled(if: LiveEngine.isAvailable && Tool.exists("docker"))) struct LiveTakeOverTests {
    /// Starts a container as Dokku's own docker-local does and writes what it writes.
    private func deployAsDokku(_ live: LiveDokku) async throws -> String {
        let (app, common) = (live.app, "com.dokku.")
        let made = try await Tool.run(
            "docker", "run", "--detach", "--name", "\(app).web.1", "--label", "dokku=", "--label",
            "\(common)app-name=\(app)", "--label", "\(common)container-type=deploy", "--label",
            "\(common)process-type=web", "--label", "\(common)dyno=web.1", live.image)
        let id = try #require(made.lines.first)
        let address = try await Tool.run(
            "docker", "inspect", "--format", "{{.NetworkSettings.IPAddress}}", id
        ).lines[0]
        try live.stage.write(id + "\n", to: "home/\(app)/CONTAINER.web.1")
        try live.stage.write(address, to: "home/\(app)/IP.web.1")
        try live.stage.write("5000", to: "home/\(app)/PORT.web.1")
        try live.stage.set("common", app, "deployed", "true")
        return id
    }

    @Test func whatDokkuHasDeployedIsKnown() async throws {
        try await LiveDokku.with { live in
            let id = try await deployAsDokku(live)
            func ask(_ trigger: String, _ words: String...) async throws -> RunResult {
                try await live.stage.call("scheduler-docker-local", trigger, ["docker-local", live.app] + words)
            }
            #expect(try await ask("scheduler-app-status").output == "1 true\n")
            #expect(try await ask("scheduler-is-deployed").status == 0)
            #expect(try await ask("scheduler-enter", "web", "--", "echo", "hi").output == "hi\n")
            #expect(try await ask("scheduler-inspect").output.contains(id))

            let deployed = try await live.deploy()
            #expect(deployed.status == 0, "\(deployed)")
            #expect(live.data("dead-containers")?.hasPrefix("\(live.app) \(id) ") == true)
            let names = try await live.containers().map(\.name)
            #expect(names.count == 2 && names[0] == live.app + ".web.1" && names[1].hasPrefix(live.app + ".web.1."))
            #expect(live.file("CONTAINER.web.1") != id + "\n", "the files are those that Dokku's own reads")
        }
    }

    @Test func anAppFolderWithoutContainersIsNotDeployed() async throws {
        try await LiveDokku.with { live in
            let status = try await live.stage.trigger("scheduler-app-status", "docker-local", live.app)
            #expect(status.output == "0 false\n")
            let deployed = try await live.stage.trigger("scheduler-is-deployed", "docker-local", live.app)
            #expect(deployed.status == 1)
        }
    }

    @Test func logsOfWhatDokkusOwnFailedToDeploy() async throws {
        try await LiveDokku.with { live in
            let made = try await Tool.run(
                "docker", "run", "--detach", "--label", "com.dokku.app-name=\(live.app)", "--label",
                "com.dokku.container-type=deploy", live.image, "echo", "this is why")
            let id = try #require(made.lines.first)
            try live.stage.write(
                "\(id) web.1\n0123456789abcdef web.2\n",
                to: "lib/data/scheduler-docker-local/\(live.app)/failed-containers")
            let shown = try await live.stage.trigger("scheduler-logs-failed", "docker-local", live.app)
            #expect(shown.status == 0 && shown.output == "this is why\n")
            #expect(shown.error == " !     App container 0123456789abcdef no longer running\n")
            #expect(live.data("\(live.app)/failed-containers") == "\(id) web.1\n")
        }
    }
}
