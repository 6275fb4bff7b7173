import Foundation
import TestSupport
import Testing

/// A deploy inside a Dokku, on the real engine: what is asked, what is told, what is left in Dokku's files (contract
/// 2.5, 2.7, 2.8).
@Suite(.enabled(if: LiveEngine.isAvailable)) struct LiveDokkuDeployTests {
    @Test func aDeployTellsWhomItConcernsInDokkusOrder() async throws {
        try await LiveDokku.with { live in
            let result = try await live.deploy()
            #expect(result.status == 0 && result.error.isEmpty, "\(result)")
            #expect(
                result.output == """
                    -----> Deploying web (count=1)
                           Attempting pre-flight checks (web.1)
                           All checks successful (web.1)
                           web: 1 of 1 verified
                    -----> Deploying worker (count=0)
                    -----> Running post-deploy
                    -----> Renaming containers

                    """)
            let container = try #require(try await live.containers().first)
            let told = live.stage.calls.filter {
                ["post-container-create", "core-post-deploy", "post-deploy"].contains($0.trigger)
            }
            for call in told {
                #expect(
                    call.arguments
                        == (call.trigger == "post-container-create"
                            ? ["app", container.id, live.app, "deploy", "web"] : [live.app, "", "", "latest"]))
            }
            #expect(live.stage.triggersFired == ["post-container-create", "core-post-deploy", "post-deploy"])
            let asked = live.stage.calls.filter { !told.contains($0) }
            #expect(Set(asked.map(\.description)).count == asked.count, "nothing is asked twice")
            #expect(asked.count <= 11, "\(asked)")

            #expect(container.name == live.app + ".web.1")
            #expect(live.file("CONTAINER.web.1") == container.id + "\n")
            #expect(live.file("PORT.web.1") == "5000")
            let address = try #require(live.file("IP.web.1"))
            #expect(address.split(separator: ".").count == 4 && !address.hasSuffix("\n"))
            #expect(live.stage.property("common", live.app, "deployed") == "true")
            for label in ["org.label-schema.vendor", "com.dokku.dyno", "com.dokku.process-type"] {
                #expect(container.labels[label] != nil)
            }
            let details = try await live.engine.inspect(container.id)
            let config = try #require(details["Config"] as? [String: Any])
            let variables = try #require(config["Env"] as? [String])
            for pair in ["GREETING=a\nb", "GIT_REV=abc", "DYNO=web.1", "PORT=5000"] {
                #expect(variables.contains(pair))
            }
            let host = try #require(details["HostConfig"] as? [String: Any])
            let policy = try #require(host["RestartPolicy"] as? [String: Any])
            #expect(policy["MaximumRetryCount"] as? Int == 7)
        }
    }

    /// What Dokku itself keeps is not written by us, and its lock is not ours to take.
    @Test func dokkusOwnFilesAreLeftToIt() async throws {
        try await LiveDokku.with { live in
            try await live.deploy()
            #expect(live.stage.names("home/" + live.app) == ["CONTAINER.web.1", "IP.web.1", "PORT.web.1"])
            for path in ["lib/data/ps", "lib/data/app-json", "lib/config/\(live.app)", "lib/config/ps/\(live.app)"] {
                #expect(!live.stage.exists(path), "\(path)")
            }
        }
    }

    /// The call returns although what it leaves for later waits ten minutes: nobody keeps its output open.
    @Test func whatIsReplacedWaitsInDokkusQueue() async throws {
        try await LiveDokku.with { live in
            try await live.deploy()
            let old = try #require(try await live.containers().first).id
            let image = try #require(await live.engine.image(live.image))
            try await live.nextRelease()
            let before = Int(Date().timeIntervalSince1970)
            let result = try await live.deploy()
            #expect(result.status == 0)
            #expect(result.output.contains("       Scheduling old container shutdown in 600 seconds (web.1)\n"))
            #expect(result.output.hasSuffix("-----> Shutting down old containers in 600 seconds\n"))
            let dead = try #require(live.data("dead-containers")).split(separator: " ").map(String.init)
            #expect(dead.prefix(2) == [live.app, old])
            let due = try #require(Int(dead[2].dropLast()))
            #expect((before + 600...before + 700).contains(due))
            #expect(live.data("dead-images") ?? "" == "", "a release that can be gone back to names it")

            // Their time has come.
            try live.stage.write("\(live.app) \(old) 1\n", to: "lib/data/scheduler-docker-local/dead-containers")
            let retired = try await live.stage.trigger("scheduler-retire", "docker-local", live.app)
            #expect(retired.status == 0)
            #expect(retired.output == "       Attempting to retire \(live.app) container \(old)\n")
            #expect(live.data("dead-containers")?.isEmpty == true)
            #expect(await live.engine.image(image) != nil)
            #expect(try await live.containers().map(\.name) == [live.app + ".web.1"])
        }
    }

    @Test func aReleaseOfTheSameImageKeepsIt() async throws {
        try await LiveDokku.with { live in
            try await live.deploy()
            try await live.deploy()
            #expect(live.data("dead-containers")?.isEmpty == false)
            #expect((live.data("dead-images") ?? "").isEmpty)
        }
    }

    /// nginx may refuse the release's configuration: the one before serves, in the files and in the engine.
    @Test func aProxyThatRefusesTakesTheReleaseBack() async throws {
        try await LiveDokku.with { live in
            try await live.deploy()
            let (id, address) = (live.file("CONTAINER.web.1"), live.file("IP.web.1"))
            try live.stage.answer("core-post-deploy", of: "nginx-vhosts", "echo ' !     bad sigil' >&2; exit 1")
            let result = try await live.deploy()
            #expect(result.status == 1)
            #expect(result.error.contains(" !     bad sigil\n"))
            #expect(live.file("CONTAINER.web.1") == id && live.file("IP.web.1") == address)
            #expect(try await live.containers().map { $0.id + "\n" } == [id])
            #expect(live.stage.triggersFired.last == "proxy-build-config")
        }
    }

    @Test func whatFailsAfterTheDeployDoesNotUndoIt() async throws {
        try await LiveDokku.with { live in
            try live.stage.answer("post-deploy", of: "nginx-vhosts", "exit 3")
            #expect(try await live.deploy().status == 1)
            #expect(try await live.containers().count == 1)
            #expect(live.file("CONTAINER.web.1") != nil)
        }
    }

    /// `builds:cancel` sends it (contract 2.4).
    @Test func quitUndoesTheDeploy() async throws {
        try await LiveDokku.with { live in
            try await live.deploy()
            let id = live.file("CONTAINER.web.1")
            try live.stage.state(live.app, "app.json", #"{"healthchecks":{"web":[{"uptime":600}]}}"#)
            let result = try await live.deploy { program in
                while try await live.containers().filter({ $0.state == "running" }).count < 2 {
                    try await Task.sleep(for: .milliseconds(50))
                }
                program.kill(SIGQUIT)
            }
            #expect(result.status == 128 + SIGQUIT)
            #expect(live.file("CONTAINER.web.1") == id)
            #expect(try await live.containers().map { $0.id + "\n" } == [id])
            #expect(live.stage.triggersFired.count { $0 == "core-post-deploy" } == 1)
        }
    }

    @Test func whatFailedIsNotedAndShown() async throws {
        try await LiveDokku.with { live in
            try live.stage.procfile(live.app, ["web": "sh -c 'echo no way; exit 4'"])
            let result = try await live.deploy()
            #expect(result.status == 1)
            let noted = try #require(live.data("\(live.app)/failed-containers"))
            #expect(noted.hasSuffix(" web.1\n") && noted.split(separator: " ")[0].count == 64)
            #expect(try await live.containers().isEmpty)
            #expect(!live.stage.triggersFired.contains("core-post-deploy"))
            let shown = try await live.stage.trigger("scheduler-logs-failed", "docker-local", live.app)
            #expect(shown.status == 0 && shown.output.contains("no way"))
        }
    }
}
