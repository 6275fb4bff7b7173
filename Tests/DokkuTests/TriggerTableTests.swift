import Foundation
import TestSupport
import Testing

/// Each trigger file that is written, called for somebody else's app, for an unknown one, and with bad arguments
/// (contract 2.0, 2.1).
struct TriggerTableTests {
    /// The plugins of schedulers, with the scheduler that each is for.
    static let schedulers = ["docker-local", "kubernetes", "nomad", "null"]

    /// Trigger files of schedulers that answer whatever the app's scheduler is.
    private static let withoutScheduler: Set<String> = [
        "install", "post-create", "post-delete", "post-app-clone-setup", "post-app-rename-setup", "report",
        "check-deploy", "core-post-deploy", "core-post-extract", "post-release-builder", "scheduler-register-retired",
        "scheduler-retire",
    ]

    private func stage() async throws -> DokkuStage {
        var stage = try DokkuStage()
        stage.variables["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
        let installed = try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null")
        #expect(installed.status == 0, "\(installed.error)")
        try stage.create("shop", on: "elsewhere")
        return stage
    }

    private func triggers(_ plugin: String, on stage: DokkuStage) -> [String] {
        stage.names("lib/plugins/enabled/\(plugin)").filter {
            !["plugin.toml", "subcommands", "commands"].contains($0)
        }
    }

    /// Which rows of the table there are, so that none is lost.
    @Test func theRowsOfEachScheduler() async throws {
        let stage = try await stage()
        let answers = ["scheduler-app-status", "scheduler-is-deployed", "scheduler-uses-host-cron"]
        #expect(triggers("scheduler-null", on: stage) == answers)
        #expect(
            triggers("scheduler", on: stage) == [
                "install", "post-app-clone-setup", "post-app-rename-setup", "post-delete", "report", "scheduler-detect",
            ])
        let remote = [
            "cron-write", "install", "post-app-clone-setup", "post-app-rename-setup", "post-create", "post-delete",
            "report", "scheduler-app-status", "scheduler-cron-write", "scheduler-deploy", "scheduler-enter",
            "scheduler-inspect", "scheduler-is-deployed", "scheduler-logs", "scheduler-logs-failed",
            "scheduler-post-delete", "scheduler-proxy-config", "scheduler-proxy-logs", "scheduler-run",
            "scheduler-run-list", "scheduler-run-logs",
            "scheduler-run-retire", "scheduler-run-stop", "scheduler-stop", "scheduler-uses-host-cron",
        ]
        #expect(Set(triggers("scheduler-nomad", on: stage)).isSuperset(of: remote))
        #expect(Set(triggers("scheduler-kubernetes", on: stage)).isSuperset(of: remote))
        let local = Set(remote).subtracting([
            "cron-write", "scheduler-cron-write", "scheduler-proxy-config", "scheduler-proxy-logs",
        ]).union([
            "pre-restore", "scheduler-pre-restore", "scheduler-register-retired", "scheduler-retire",
        ])
        #expect(Set(triggers("scheduler-docker-local", on: stage)).isSuperset(of: local))
        for plugin in Self.schedulers.map({ "scheduler-" + $0 }) {
            let names = triggers(plugin, on: stage)
            #expect(!names.contains("scheduler-detect") && !names.contains("pre-deploy"), "answers are put together")
        }
    }

    /// Not ours: no output, status 0, input unread, nothing asked of Dokku.
    @Test(arguments: schedulers)
    func somebodyElsesAppIsLeftAlone(_ scheduler: String) async throws {
        let stage = try await stage()
        let plugin = "scheduler-" + scheduler
        for name in triggers(plugin, on: stage) where !Self.withoutScheduler.contains(name) {
            try stage.addCore("zz")
            try stage.answer(name, of: "zz", "cat")
            for words in [["elsewhere", "shop", "web"], ["elsewhere"], [scheduler + "x", "shop"], ["", "shop"]] {
                try stage.forgetCalls()
                let result = try await stage.call(plugin, name, words, input: "theirs\n")
                #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(name) \(words)")
                #expect(stage.calls.isEmpty && stage.triggersFired.isEmpty)
            }
            let all = try await stage.trigger(name, "elsewhere", "shop", input: "theirs\n")
            #expect(all.status == 0 && all.output == "theirs\n" && all.error.isEmpty, "\(name): \(all)")
            try stage.forget(name, of: "zz")
        }
    }

    /// Two plugins of this program never both answer.
    @Test func oneAnswersForEachScheduler() async throws {
        let stage = try await stage()
        try stage.create("shop")
        let expected = ["docker-local": "true\n", "kubernetes": "false\n", "nomad": "false\n", "null": "false\n"]
        for scheduler in Self.schedulers {
            #expect(
                try await stage.trigger("scheduler-uses-host-cron", scheduler).output == expected[scheduler],
                "\(scheduler)")
        }
        #expect(try await stage.trigger("scheduler-uses-host-cron", "typo").output.isEmpty)
        #expect(try await stage.trigger("scheduler-app-status", "null", "shop").output == "1 true\n")
        #expect(try await stage.trigger("scheduler-is-deployed", "null", "shop").status == 0)
    }

    /// An unknown app has nothing running, and nobody need be asked for that.
    @Test(arguments: schedulers)
    func anUnknownAppHasAStatus(_ scheduler: String) async throws {
        let stage = try await stage()
        let status = try await stage.trigger("scheduler-app-status", scheduler, "nope")
        #expect(status.status == 0)
        #expect(status.output == (scheduler == "null" ? "1 true\n" : "0 false\n"), "Dokku breaks on an empty answer")
    }

    /// Dokku's `nginx:show-config` and its kin ask the app's scheduler, and take silence for an answer.
    @Test(arguments: ["kubernetes", "nomad"], ["scheduler-proxy-config", "scheduler-proxy-logs"])
    func aProxyThatDoesNotServeTheAppIsSaid(_ scheduler: String, _ name: String) async throws {
        let stage = try await stage()
        let result = try await stage.trigger(name, scheduler, "shop", "nginx", "access", "false", "20")
        #expect(result.status == 1 && result.output.isEmpty)
        #expect(result.error.contains(" !     traffic to shop does not pass nginx on this host\n"), "\(result.error)")
    }

    @Test func noContainerToRetireIsNoTrouble() async throws {
        let stage = try await stage()
        let registered = try await stage.trigger("scheduler-register-retired", "shop", "", "5")
        #expect(registered.status == 0 && registered.output.isEmpty && registered.error.isEmpty)
        #expect(!stage.exists("lib/data/scheduler-docker-local/dead-containers"))
    }

    @Test func argumentsOfOtherVersionsAreUnderstood() async throws {
        let stage = try await stage()
        try stage.create("nully", on: "null")
        #expect(try await stage.trigger("scheduler-app-status", "null", "nully", "more", "--even", "more").status == 0)
        // Newer Dokkus call these once for the whole host.
        for name in ["pre-restore", "cron-write"] {
            let result = try await stage.trigger(name)
            #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(name): \(result)")
        }
    }
}
