import TestSupport
import Testing

/// Help in both forms (contract 1.8).
struct HelpTests {
    private func stage() async throws -> DokkuStage {
        let stage = try DokkuStage()
        try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null")
        return stage
    }

    @Test(arguments: ["scheduler", "scheduler:help"])
    func theSchedulerPlugin(_ command: String) async throws {
        let result = try await stage().dokku(command)
        #expect(result.status == 0 && result.error.isEmpty)
        #expect(
            result.output == """
                Usage: dokku scheduler[:COMMAND]

                Manage scheduler settings for an app

                Additional commands:
                    scheduler:diff <app> [--repair] [--format stdout|json]                    Compare what runs of an app with what its release says
                    scheduler:releases <app> [--format stdout|json]                           List the releases of an app and which can be gone back to
                    scheduler:releases:diff <app> <release> <release> [--format stdout|json]  Show what two releases of an app differ in
                    scheduler:releases:info <app> <release> [--format stdout|json]            Show what a release was made of and what came of it
                    scheduler:report [<app>] [<flag>]                                         Displays a scheduler report for one or more apps
                    scheduler:rollback <app> [<release>]                                      Deploy an earlier release of an app again
                    scheduler:set <app> <property> (<value>)                                  Set or clear a scheduler property for an app

                """)
    }

    @Test(arguments: ["docker-local", "scheduler-docker-local", "scheduler-docker-local:help"])
    func dockerLocalIsSetByColumn(_ command: String) async throws {
        let lines = try await stage().dokku(command).lines
        #expect(lines.first == "Usage: dokku scheduler-docker-local[:COMMAND]")
        #expect(lines.contains("Manage the docker-local scheduler integration for an app"))
        #expect(
            lines.last
                == "    scheduler-docker-local:set [<app>|--global] <property> (<value>)   Set or clear a "
                + "scheduler-docker-local property for an app or globally")
    }

    @Test(arguments: ["kubernetes", "nomad", "null"])
    func theOthersHaveHelpToo(_ scheduler: String) async throws {
        let stage = try await stage()
        let bare = try await stage.dokku("scheduler-" + scheduler)
        #expect(bare.status == 0 && bare.output.hasPrefix("Usage: dokku scheduler-\(scheduler)[:COMMAND]\n\nManages "))
        #expect(try await stage.dokku("scheduler-\(scheduler):help").output == bare.output)
    }

    @Test func oneLineEachForHelpAndOneACommandForAll() async throws {
        let stage = try await stage()
        let brief = try await stage.dokku("help")
        #expect(brief.output.contains("\n    scheduler, Manage scheduler settings for an app\n"))
        #expect(brief.output.contains("\n    scheduler-nomad, Manages the nomad scheduler integration for an app\n"))
        #expect(!brief.output.contains(":set"))
        let all = try await stage.dokku("help", "--all")
        #expect(
            all.output.contains(
                "\n    scheduler:report [<app>] [<flag>], Displays a scheduler report for one or more apps\n"))
        #expect(
            all.output.contains(
                "\n    scheduler:set <app> <property> (<value>), Set or clear a scheduler property for an app\n"))
        for line in all.lines { #expect(line.hasPrefix("    ") && line.split(separator: ",").count == 2, "\(line)") }
        #expect(brief.status == 0 && all.status == 0 && all.error.isEmpty)
    }

    @Test func whatIsNotOursIsLeftToOthers() async throws {
        let stage = try await stage()
        for plugin in ["scheduler", "scheduler-docker-local", "scheduler-kubernetes", "scheduler-null"] {
            for words in [["other:set", "x"], ["help:all"], [], ["\(plugin):nonsense"]] {
                let result = try await stage.call(plugin, "commands", words)
                #expect(result.status == 10 && result.output.isEmpty && result.error.isEmpty, "\(plugin) \(words)")
            }
        }
        let unknown = try await stage.dokku("scheduler:nonsense")
        #expect(unknown.status == 1 && unknown.error.hasPrefix(" !     `scheduler:nonsense ` is not a dokku command."))
    }

    @Test func anUnknownTriggerIsNamed() async throws {
        let stage = try await stage()
        try stage.linkTrigger("scheduler-nonsense", of: "scheduler")
        let result = try await stage.call("scheduler", "scheduler-nonsense", ["x"])
        #expect(result.status == 1 && result.error == " !     Invalid plugin trigger call: scheduler-nonsense\n")
    }
}
