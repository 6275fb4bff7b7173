import TestSupport
import Testing

/// The plugin `scheduler`, taken over: set, report, detection and life cycle, byte for byte (contract 4.1 to 4.7, 6).
struct SelectionTests {
    private func stage() async throws -> DokkuStage {
        let stage = try DokkuStage()
        let installed = try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null")
        #expect(installed.status == 0, "\(installed.error)")
        try stage.create("shop")
        return stage
    }

    @Test func appThenGlobalThenDefault() async throws {
        let stage = try await stage()
        #expect(try await stage.trigger("scheduler-detect", "shop").output == "docker-local\n")
        #expect(try await stage.trigger("scheduler-detect", "--global").output == "docker-local\n")
        try await stage.dokku("scheduler:set", "--global", "selected", "null")
        #expect(try await stage.trigger("scheduler-detect", "shop").output == "null\n")
        #expect(try await stage.trigger("scheduler-detect", "not-yet-there").output == "null\n")
        try await stage.dokku("scheduler:set", "shop", "selected", "nomad")
        #expect(try await stage.trigger("scheduler-detect", "shop").output == "nomad\n")
        #expect(try await stage.trigger("scheduler-detect", "--global").output == "null\n")
        #expect(stage.read("lib/config/scheduler/shop/selected") == "nomad")
        #expect(try stage.mode(of: "lib/config/scheduler/shop/selected") == 0o600)
    }

    @Test(arguments: Refusal.all)
    func errors(_ refusal: Refusal) async throws {
        let result = try await stage().dokku(refusal.words)
        #expect(result.status == refusal.status && result.output.isEmpty)
        #expect(result.error == " !     " + refusal.text + "\n")
    }

    @Test(arguments: Success.all)
    func successes(_ success: Success) async throws {
        let result = try await stage().dokku(success.words)
        #expect(result.status == 0 && result.output == success.output && result.error.isEmpty, "\(result)")
    }

    @Test func anUnknownFlagIsStatus2() async throws {
        let result = try await stage().dokku(["scheduler:set", "shop", "shell", "bash", "-l"])
        #expect(result.status == 2 && result.error.hasPrefix(" !     unknown shorthand flag: 'l' in -l\n"))
        let long = try await stage().dokku(["scheduler:set", "shop", "--all"])
        #expect(long.status == 2 && long.error.hasPrefix(" !     unknown flag: --all\n"))
    }

    @Test func aSchedulerThatNobodyAnswersToIsSetWithAWarning() async throws {
        let stage = try await stage()
        let typo = try await stage.dokku("scheduler:set", "shop", "selected", "scheduler-nomad")
        #expect(typo.status == 0 && typo.output == "=====> Setting selected to scheduler-nomad\n")
        #expect(
            typo.error == """
                 !     The scheduler of the plugin scheduler-nomad is called 'nomad'
                 !     Nothing answers to a scheduler called 'scheduler-nomad': deploys will report success and do nothing
                 !     Schedulers: docker-local, kubernetes, nomad, null

                """)
        #expect(stage.read("lib/config/scheduler/shop/selected") == "scheduler-nomad")
        let third = try await stage.dokku("scheduler:set", "shop", "selected", "typo")
        #expect(third.status == 0 && third.error.hasPrefix(" !     There is no plugin scheduler-typo\n"))
    }

}

/// A command that cannot be right, and what is said to it.
struct Refusal: Sendable {
    var words: [String]
    var status: Int32 = 1
    var text: String

    static let all: [Refusal] = [
        .init(words: ["scheduler:set"], text: "Please specify an app to run the command on"),
        .init(words: ["scheduler:set", "--global"], text: "Property cannot be specified globally"),
        .init(words: ["scheduler:set", "--global", "color"], text: "Property cannot be specified globally"),
        .init(words: ["scheduler:set", "Shop"], text: name),
        .init(words: ["scheduler:set", "nope"], status: 20, text: "App nope does not exist"),
        .init(words: ["scheduler:set", "shop"], text: "No property specified"),
        .init(
            words: ["scheduler:set", "shop", "color", "red"],
            text: "Invalid property specified, valid properties include: selected, shell"),
        .init(words: ["docker-local:set"], text: "Please specify an app to run the command on"),
        .init(words: ["docker-local:set", "shop"], text: "No key specified"),
        .init(words: ["docker-local:set", "--global"], text: "No key specified"),
        .init(words: ["docker-local:set", "--global", "color"], text: key),
        .init(words: ["docker-local:set", "shop", "color", "red"], text: key),
        .init(words: ["scheduler-kubernetes:set", "nope", "x", "y"], status: 20, text: "App nope does not exist"),
        .init(words: ["scheduler-nomad:set", "shop"], text: "No property specified"),
    ]

    private static let name =
        "App name must begin with lowercase alphanumeric character, "
        + "and may only contain lowercase alphanumerics, dots, and hyphens"
    private static let key = "Invalid key specified, valid keys include: init-process, parallel-schedule-count"
}

/// A command that is carried out, and what it says.
struct Success: Sendable {
    var words: [String]
    var output: String

    static let all: [Success] = [
        .init(words: ["scheduler:set", "shop", "selected", "null"], output: "=====> Setting selected to null\n"),
        .init(words: ["scheduler:set", "shop", "selected"], output: "=====> Unsetting selected\n"),
        .init(words: ["scheduler:set", "shop", "selected", "", "more"], output: "=====> Unsetting selected\n"),
        .init(words: ["scheduler:set", "shell", "--global", "bash"], output: "=====> Setting shell to bash\n"),
        .init(words: ["scheduler:set", "shop", "shell", "a", "b"], output: "=====> Setting shell to a\n"),
        .init(words: ["--app", "shop", "scheduler:set", "shell", "a"], output: "=====> Setting shell to a\n"),
        .init(words: ["--quiet", "scheduler:set", "shop", "selected", "null"], output: ""),
        .init(
            words: ["docker-local:set", "--global", "init-process", "false"],
            output: "=====> Setting init-process to false\n"),
        .init(words: ["scheduler-nomad:set", "shop", "namespace", "x"], output: "=====> Setting namespace to x\n"),
        .init(
            words: ["--app", "shop", "scheduler-kubernetes:set", "namespace", "x"],
            output: "=====> Setting namespace to x\n"),
    ]
}
