import TestSupport
import Testing

/// The stage itself: what is shown on it counts only if its plugn is plugn.
struct StageTests {
    private func stage(_ triggers: [String: String]) throws -> DokkuStage {
        let stage = try DokkuStage()
        for (place, body) in triggers {
            let words = place.split(separator: "/").map(String.init)
            if !stage.exists("lib/core-plugins/available/\(words[0])") { try stage.addCore(words[0]) }
            try stage.answer(words[1], of: words[0], body)
        }
        return stage
    }

    @Test func pluginsAnswerByNameAndShareTheirInput() async throws {
        let stage = try stage(["b/hello": "cat; echo b", "a/hello": "echo \"a $2\"", "c/hello": "cat; echo c"])
        let result = try await stage.trigger("hello", "x", "two words", input: "read once\n")
        #expect(result.output == "a two words\nread once\nb\nc\n")
        #expect(stage.calls.map(\.plugin) == ["a", "b", "c"])
        #expect(stage.calls.first?.arguments == ["x", "two words"])
    }

    @Test func theFirstFailureEndsIt() async throws {
        let stage = try stage(["a/hello": "exit 7", "b/hello": "echo b"])
        #expect(try await stage.trigger("hello").status == 7)
        #expect(stage.calls.map(\.plugin) == ["a"])
        try stage.write("", to: "plugn-is-old")
        let old = try await stage.trigger("hello")
        #expect(old.status == 1 && old.error.hasSuffix(" exit status 7\n"))
    }

    @Test func whatNobodyAnswersSucceeds() async throws {
        let result = try await DokkuStage().trigger("no-such-trigger", "x")
        #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty)
    }

    @Test func backslashesInVariablesAreExpandedAndArgumentsAreNot() async throws {
        let stage = try stage(["a/hello": #"printf '%s|%s' "$SECRET" "$1""#])
        let result = try await stage.trigger("hello", #"a\nb"#, setting: ["SECRET": #"it's\\one\ttab"#])
        #expect(result.output == "it's\\one\ttab|a\\nb")
    }

    @Test func aPluginWithoutConfigIsComplainedAbout() async throws {
        let stage = try stage(["a/hello": "echo a"])
        try stage.write("[plugin]\n", to: "lib/core-plugins/available/a/plugin.toml")
        let result = try await stage.trigger("hello")
        #expect(result.output == "a\n" && result.error.hasPrefix("panic: "))
    }

    @Test func commandsGoToSubcommandsFirstAndThenToWhoeverAnswers() async throws {
        let stage = try stage(["a/commands": "[ \"$1\" = a ] || exit 10; echo usage", "b/hello": "exit 0"])
        try stage.addCore("b")
        #expect(try await stage.dokku("a").output == "usage\n")
        let unknown = try await stage.dokku("b:none", "x")
        #expect(unknown.status == 1 && unknown.error.hasPrefix(" !     `b:none x` is not a dokku command.\n"))
    }

    @Test func theProgramAnswersThroughLinkedTriggerFiles() async throws {
        let stage = try DokkuStage()
        try stage.create("shop", on: "nomad")
        try stage.link(plugin: "scheduler-nomad", triggers: ["scheduler-uses-host-cron"])
        #expect(try await stage.trigger("scheduler-uses-host-cron", "nomad").output == "false\n")
        #expect(try await stage.trigger("scheduler-detect", "shop").output == "nomad\n")
    }
}
