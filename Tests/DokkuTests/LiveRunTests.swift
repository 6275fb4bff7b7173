import Foundation
import TestSupport
import Testing

/// `dokku run` and its neighbours on the real engine (contract 2.15).
@Suite(.enabled(if: LiveEngine.isAvailable)) struct LiveDokkuRunTests {
    private func run(
        _ live: LiveDokku, _ words: [String], _ setting: [String: String] = [:]
    ) async throws -> RunResult {
        try await live.stage.call(
            "scheduler-docker-local", "scheduler-run", ["docker-local", live.app] + words, setting: setting)
    }

    @Test func aTasksExitStatusIsOursAndIsTold() async throws {
        try await LiveDokku.with { live in
            try live.stage.answer("scheduler-post-run", of: "apps", "exit 0")
            let result = try await run(
                live, ["1", "X=$(id)", "--", "sh", "-c", "echo $X $GREETING; exit 7"])
            #expect(result.status == 7)
            #expect(result.output == "$(id) a b\n")
            let told = try #require(live.stage.calls.first { $0.trigger == "scheduler-post-run" })
            #expect(told.arguments[0] == "docker-local" && told.arguments[1] == live.app)
            #expect(told.arguments[2].count == 64 && told.arguments[3] == "7")
            let made = try #require(live.stage.calls.first { $0.trigger == "post-container-create" })
            #expect(made.arguments == ["app", told.arguments[2], live.app, "run"])
        }
    }

    @Test func aDetachedTaskIsNamedAndCarriesTheFlagsLabels() async throws {
        try await LiveDokku.with { live in
            let result = try await run(
                live, ["0", "--", "sleep", "100"],
                [
                    "DOKKU_DETACH_CONTAINER": "1", "DOKKU_GLOBAL_FLAGS": "--quiet --label=team=a",
                    "DOKKU_RUN_TTL_SECONDS": "60",
                ])
            #expect(result.status == 0)
            let task = try #require(try await live.containers().first)
            #expect(result.output == task.name + "\n")
            #expect(task.labels["team"] == "a" && task.labels["com.dokku.active-deadline-seconds"] == "60")
            #expect(task.labels["dokku"] == nil)
        }
    }

    @Test func aProcessTypeStandsForItsCommand() async throws {
        try await LiveDokku.with { live in
            try live.stage.procfile(live.app, ["greet": "echo hello"])
            let result = try await run(live, ["0", "--", "greet", "world"])
            #expect(result.output == "-----> Found 'greet' in Procfile, running that command\nhello world\n")
        }
    }

    @Test func anImageThatIsNoReleaseIsRefused() async throws {
        try await LiveDokku.with { live in
            try live.stage.set("registry", live.app, "image-repo", "linkspan-test/web")
            try live.stage.state(live.app, "image/tag", "1")
            try live.stage.set("registry", live.app, "push-on-release", "true")
            let result = try await run(live, ["0", "--", "true"])
            #expect(result.status == 1 && result.output.isEmpty)
            #expect(
                result.error == """
                     !     Invalid image stage detected: expected 'release', got ''
                     !     Successfully deploy your app to fix dokku run calls

                    """)
        }
    }

    @Test func expiredTasksAreRetired() async throws {
        try await LiveDokku.with { live in
            _ = try await run(
                live, ["0", "--", "sleep", "100"], ["DOKKU_DETACH_CONTAINER": "1", "DOKKU_RUN_TTL_SECONDS": "1"])
            let id = try #require(try await live.containers().first).id
            try await Task.sleep(for: .seconds(3))
            let result = try await live.stage.call(
                "scheduler-docker-local", "scheduler-run-retire", ["docker-local", live.app])
            #expect(
                result.output
                    == "-----> Retiring run and cron containers for app \(live.app)\n       Retiring container \(id)\n")
            #expect(try await live.containers().filter { $0.state != "removing" }.isEmpty)
        }
    }
}
