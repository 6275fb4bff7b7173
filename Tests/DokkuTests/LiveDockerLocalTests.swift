import Foundation
import TestSupport
import Testing

/// What Dokku's own tests assert of docker-local, as far as a release has to run for it (contract part 10).
@Suite(.enabled(if: LiveEngine.isAvailable)) struct LiveDockerLocalTests {
    private func trigger(
        _ live: LiveDokku, _ name: String, _ words: String..., setting extra: [String: String] = [:]
    ) async throws -> RunResult {
        try await live.stage.run(name, ["docker-local", live.app] + words, setting: extra)
    }

    @Test func whatTheProcfileDoesNotNameIsSkipped() async throws {
        try await LiveDokku.with { live in
            try FileManager.default.removeItem(atPath: "\(live.stage.path)/state/\(live.app)/procfile/web")
            try live.stage.scale(live.app, "web=1", "worker=1")
            try live.stage.set("checks", live.app, "disabled", "_all_")
            let result = try await live.deploy()
            #expect(result.status == 0, "\(result)")
            #expect(result.error == " !     Skipping web as it is missing from the current Procfile\n")
            #expect(try await live.containers().map(\.name) == ["\(live.app).worker.1"])
        }
    }

    @Test func initProcessIsThePropertys() async throws {
        try await LiveDokku.with { live in
            func isInit() async throws -> Bool {
                let id = try #require(live.file("CONTAINER.web.1")).trimmingCharacters(in: .newlines)
                let host = try await live.engine.inspect(id)["HostConfig"] as? [String: Any]
                return host?["Init"] as? Bool == true
            }
            try await live.deploy()
            #expect(try await isInit())
            try await live.stage.dokku("docker-local:set", "--global", "init-process", "false")
            try await live.deploy()
            #expect(try await !isInit())
            try await live.stage.dokku("docker-local:set", live.app, "init-process", "true")
            try await live.deploy()
            #expect(try await isInit())
        }
    }

    @Test func labelsWithBackticksSurvive() async throws {
        try await LiveDokku.with { live in
            try live.stage.state(live.app, "docker-args-deploy", " '--label=rule=Host(`a.b`) && $(id)'")
            try await live.deploy()
            #expect(try await live.containers().first?.labels["rule"] == "Host(`a.b`) && $(id)")
        }
    }

    @Test func scalingDownAndRetiringLeavesOne() async throws {
        try await LiveDokku.with { live in
            try live.stage.set("checks", live.app, "wait-to-retire", "0")
            try live.stage.scale(live.app, "web=2")
            try await live.deploy()
            #expect(try await live.containers().count == 2)
            try live.stage.scale(live.app, "web=1")
            try await live.deploy("web")
            #expect(live.file("CONTAINER.web.2") == nil)
            // Due in the very second that it is asked for, it may be the next call's.
            for _ in 0..<20 where try await live.containers().count > 1 {
                #expect(try await trigger(live, "scheduler-retire").status == 0)
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(try await live.containers().map(\.name) == ["\(live.app).web.1"])
        }
    }

    @Test func failedChecksAreToldOnceAndFireNothing() async throws {
        try await LiveDokku.with { live in
            try await live.deploy()
            let before = live.file("CONTAINER.web.1")
            try live.stage.state(
                live.app, "app.json", #"{"healthchecks":{"web":[{"path":"/nowhere","attempts":1,"wait":1}]}}"#)
            try live.stage.forgetCalls()
            let failed = try await live.deploy()
            #expect(failed.status == 1, "\(failed)")
            let text = " !     Could not start due to 1 failed checks (web.1)\n"
            #expect(failed.error.split(separator: text, omittingEmptySubsequences: false).count == 2, "\(failed)")
            #expect(live.file("CONTAINER.web.1") == before && !live.stage.triggersFired.contains("core-post-deploy"))
        }
    }

    @Test func tasksAreListedInAllForms() async throws {
        try await LiveDokku.with { live in
            let started = try await trigger(
                live, "scheduler-run", "0", "--", "sleep", "300", setting: ["DOKKU_DETACH_CONTAINER": "1"])
            let name = started.output.trimmingCharacters(in: .newlines)
            #expect(started.status == 0 && name.hasPrefix(live.app + ".run."), "\(started)")
            let quiet = try await trigger(live, "scheduler-run-list", "stdout", setting: ["DOKKU_QUIET_OUTPUT": "1"])
            #expect(quiet.lines.count == 1 && quiet.output.hasPrefix(name), "\(quiet)")
            let headed = try await trigger(live, "scheduler-run-list", "stdout")
            #expect(headed.lines.first == "=====> \(live.app) run containers" && headed.lines.count == 3, "\(headed)")
            let json = try await trigger(live, "scheduler-run-list", "json")
            let items = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
            #expect(items?.count == 1 && items?.first?["name"] as? String == name, "\(json)")
            #expect(try await trigger(live, "scheduler-run-stop", name).status == 0)
            #expect(try await trigger(live, "scheduler-run-list", "json").output == "[]\n")
            let none = try await trigger(live, "scheduler-run-list", "stdout")
            #expect(none.lines.last == "NAMES     COMMAND   CREATED", "as docker sets a table without rows")
        }
    }

    @Test func theEnvironmentOfAnInspectedContainerIsMasked() async throws {
        try await LiveDokku.with { live in
            try live.stage.config(live.app, ["SECRET": "s3cret-canary", "DOKKU_APP_TYPE": "dockerfile"])
            try live.stage.state(live.app, "docker-args-deploy", " --env=SECRET --env=DOKKU_APP_TYPE")
            try await live.deploy()
            let result = try await trigger(live, "scheduler-inspect")
            let id = try #require(live.file("CONTAINER.web.1")).trimmingCharacters(in: .newlines)
            #expect(result.status == 0 && result.output.hasPrefix("[\n    {\n        \"") && result.output.contains(id))
            #expect(!result.output.contains("s3cret-canary") && result.output.contains("SECRET=XXXXXX"))
            #expect(result.output.contains("DOKKU_APP_TYPE=dockerfile") && result.output.contains("DYNO=web.1"))
        }
    }

    /// All that Dokku's docker-local leaves behind is its files and the containers.
    @Test func anAppIsTakenOverAndGivenBackWithoutADeploy() async throws {
        try await LiveDokku.with { live in
            try await live.deploy()
            let before = try await live.containers()
            for folder in ["lib/config/linkspan", "lib/data/scheduler-docker-local/\(live.app)"] {
                try FileManager.default.removeItem(atPath: "\(live.stage.path)/\(folder)")
            }
            #expect(try await trigger(live, "scheduler-app-status").output == "1 true\n")
            let entered = try await trigger(
                live, "scheduler-enter", "web", "--", "echo", "inside", setting: ["DOKKU_DISABLE_TTY": "true"])
            #expect(entered.status == 0 && entered.output == "inside\n", "\(entered)")
            #expect(try await trigger(live, "scheduler-retire").status == 0)
            #expect(try await live.containers() == before, "nothing is started or stopped for it")
            let given = try await live.stage.linkspan("uninstall")
            #expect(given.status == 0 && live.file("CONTAINER.web.1") == (before.first?.id ?? "") + "\n")
        }
    }

    @Test func destroyLeavesNothing() async throws {
        try await LiveDokku.with { live in
            try await live.deploy()
            #expect(try await live.stage.dokku("apps:destroy", live.app).status == 0)
            #expect(try await live.containers().isEmpty)
            for folder in ["home", "lib/config/linkspan", "lib/data/scheduler-docker-local"] {
                #expect(!live.stage.exists("\(folder)/\(live.app)"), "\(folder)")
            }
        }
    }
}
