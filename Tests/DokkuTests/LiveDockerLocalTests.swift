import Foundation
import TestSupport
import Testing

/// What Dokku's own tests assert of docker-local, against a real Docker Engine (contract 2.5 to 2.15, part 10).
@Suite(.enabled(if: LiveEngine.isAvailable))
struct LiveDockerLocalTests {
    @Test func aDeployLeavesWhatDokkusOtherPluginsRead() async throws {
        try await DokkuApp.with { app in
            let result = try await app.deploy()
            #expect(result.status == 0, "\(result)")
            #expect(result.output.hasPrefix("-----> Deploying web (count=1)\n"), "\(result.output)")
            let container = try #require(try await app.containers.first)
            #expect(container.name == "\(app.name).web.1" && container.state == "running")
            #expect(app.file("CONTAINER.web.1") == container.id + "\n")
            #expect(app.file("PORT.web.1") == "5000")
            #expect(app.file("IP.web.1")?.contains("\n") == false && app.file("IP.web.1")?.isEmpty == false)
            let fired = app.stage.calls.filter { ["core-post-deploy", "post-deploy"].contains($0.trigger) }
            #expect(fired.map(\.trigger).first == "core-post-deploy" && fired.map(\.trigger).last == "post-deploy")
            #expect(fired.allSatisfy { $0.arguments == [app.name, "", "", DokkuApp.image.tag] }, "\(fired)")
            #expect(app.stage.property("common", app.name, "deployed") == "true")
            #expect(try await app.trigger("scheduler-app-status").output == "1 true\n")
            #expect(try await app.trigger("scheduler-is-deployed").status == 0)
        }
    }

    @Test func whatTheProcfileDoesNotNameIsSkipped() async throws {
        try await DokkuApp.with(procfile: ["worker": "sleep 1000"], scale: ["web=1", "worker=1"]) { app in
            let result = try await app.deploy()
            #expect(result.status == 0, "\(result)")
            #expect(result.error.contains(" !     Skipping web as it is missing from the current Procfile\n"))
            #expect(try await app.containers.map(\.name) == ["\(app.name).worker.1"])
        }
    }

    @Test func initProcessAndRestartPolicyAreThePropertys() async throws {
        try await DokkuApp.with { app in
            try await app.deploy()
            func configuration() async throws -> [String: Any] {
                let id = try #require(app.file("CONTAINER.web.1")).trimmingCharacters(in: .newlines)
                return try await app.engine.inspect(id)["HostConfig"] as? [String: Any] ?? [:]
            }
            #expect(try await configuration()["Init"] as? Bool == true)
            try await app.stage.dokku("docker-local:set", app.name, "init-process", "false")
            try app.stage.state(app.name, "docker-args-process-deploy", " --restart=on-failure:20")
            try await app.deploy()
            #expect(try await configuration()["Init"] as? Bool != true)
            let policy = try await configuration()["RestartPolicy"] as? [String: Any]
            #expect(policy?["Name"] as? String == "on-failure" && policy?["MaximumRetryCount"] as? Int == 20)
        }
    }

    @Test func labelsWithBackticksSurvive() async throws {
        try await DokkuApp.with { app in
            try app.stage.state(app.name, "docker-args-deploy", " '--label=rule=Host(`a.b`) && $(id)'")
            try await app.deploy()
            #expect(try await app.containers.first?.labels["rule"] == "Host(`a.b`) && $(id)")
        }
    }

    @Test func scalingDownAndRetiringLeavesOne() async throws {
        try await DokkuApp.with(scale: ["web=2"]) { app in
            try await app.deploy()
            #expect(try await app.containers.count == 2)
            try app.stage.scale(app.name, "web=1")
            try app.stage.set("checks", app.name, "wait-to-retire", "0")
            try app.stage.answerProperty("checks-get-property", app.name, "wait-to-retire", "0")
            try await app.deploy("web")
            try await Task.sleep(for: .seconds(1.1))
            let retired = try await app.trigger("scheduler-retire")
            #expect(retired.status == 0, "\(retired)")
            #expect(try await app.containers.map(\.name) == ["\(app.name).web.1"])
            #expect(app.file("CONTAINER.web.2") == nil)
        }
    }

    @Test func aFailedCheckIsToldAndTheReleaseBeforeServes() async throws {
        try await DokkuApp.with { app in
            try app.enableChecks()
            let first = try await app.deploy()
            #expect(first.status == 0, "\(first)")
            let before = app.file("CONTAINER.web.1")
            try app.stage.procfile(app.name, ["web": "sleep 1000"])
            try app.stage.state(
                app.name, "app.json",
                #"{"scripts":{},"healthchecks":{"web":[{"attempts":1,"path":"/","type":"startup","wait":1}]}}"#)
            try app.stage.forgetCalls()
            let second = try await app.deploy()
            #expect(second.status != 0 && second.error.contains("web.1"), "\(second)")
            #expect(app.file("CONTAINER.web.1") == before)
            #expect(!app.stage.triggersFired.contains("core-post-deploy"))
        }
    }

    // MARK: one-off tasks

    @Test func tasksEndWithTheCommandsStatus() async throws {
        try await DokkuApp.with { app in
            try await app.deploy()
            let variables = ["DOKKU_RM_CONTAINER": "1", "DOKKU_DISABLE_TTY": "true"]
            let failing = try await app.trigger("scheduler-run", "0", "--", "sh", "-c", "exit 7", setting: variables)
            #expect(failing.status == 7, "\(failing)")
            let literal = try await app.trigger(
                "scheduler-run", "1", "X=$(id)", "--", "sh", "-c", "echo \"$X\"", setting: variables)
            #expect(literal.output == "$(id)\n" && literal.status == 0, "\(literal)")
        }
    }

    @Test func aProcfilesCommandIsFoundAndGetsTheArguments() async throws {
        try await DokkuApp.with(procfile: ["web": "httpd -f -p $PORT -h /www", "task": "echo task"]) { app in
            try await app.deploy()
            let result = try await app.trigger(
                "scheduler-run", "0", "--", "task", "more", setting: ["DOKKU_DISABLE_TTY": "true"])
            #expect(result.status == 0 && result.output.hasSuffix("task more\n"), "\(result)")
            #expect((result.output + result.error).contains("-----> Found 'task' in Procfile, running that command\n"))
        }
    }

    @Test func detachedTasksAreListedAndStopped() async throws {
        try await DokkuApp.with { app in
            try await app.deploy()
            let variables = [
                "DOKKU_RM_CONTAINER": "1", "DOKKU_DETACH_CONTAINER": "1", "DOKKU_DISABLE_TTY": "true",
                "DOKKU_RUN_TTL_SECONDS": "300",
            ]
            let started = try await app.trigger("scheduler-run", "0", "--", "sleep", "300", setting: variables)
            #expect(started.status == 0, "\(started)")
            let name = try #require(started.lines.last)
            #expect(name.hasPrefix(app.name + ".run."))
            let container = try #require(try await app.containers.first { $0.name == name })
            #expect(container.labels["com.dokku.active-deadline-seconds"] == "300")
            let listed = try await app.trigger(
                "scheduler-run-list", "stdout", setting: ["DOKKU_QUIET_OUTPUT": "1"])
            #expect(listed.lines.count == 1 && listed.output.contains(name), "\(listed)")
            let headed = try await app.trigger("scheduler-run-list", "stdout")
            #expect(headed.lines.first == "=====> \(app.name) run containers" && headed.lines.count == 3)
            let json = try await app.trigger("scheduler-run-list", "json")
            let items = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
            #expect(items?.count == 1 && items?.first?["name"] as? String == name)
            let stopped = try await app.trigger("scheduler-run-stop", name)
            #expect(stopped.status == 0, "\(stopped)")
            let empty = try await app.trigger("scheduler-run-list", "json")
            #expect(empty.output == "[]\n", "\(empty)")
        }
    }

    @Test func theEnvironmentOfAnInspectedContainerIsMasked() async throws {
        try await DokkuApp.with { app in
            try app.stage.config(app.name, ["SECRET": "s3cret-canary", "DOKKU_APP_TYPE": "dockerfile"])
            try await app.deploy()
            let result = try await app.trigger("scheduler-inspect")
            let id = try #require(app.file("CONTAINER.web.1")).trimmingCharacters(in: .newlines)
            #expect(result.status == 0 && result.output.contains(id), "\(result)")
            #expect(!result.output.contains("s3cret-canary") && result.output.contains("SECRET=XXXXXX"))
            #expect(result.output.contains("DOKKU_APP_TYPE=dockerfile") && result.output.contains("DYNO=web.1"))
            #expect(result.output.hasPrefix("[\n    {\n        \""))
        }
    }

    // MARK: life cycle

    @Test func destroyLeavesNothing() async throws {
        try await DokkuApp.with { app in
            try await app.deploy()
            let destroyed = try await app.stage.dokku("apps:destroy", app.name)
            #expect(destroyed.status == 0, "\(destroyed)")
            #expect(try await app.containers.isEmpty)
            #expect(!app.stage.exists("home/\(app.name)") && !app.stage.exists("lib/config/linkspan/\(app.name)"))
            #expect(!app.stage.exists("lib/data/scheduler-docker-local/\(app.name)"))
        }
    }
}
