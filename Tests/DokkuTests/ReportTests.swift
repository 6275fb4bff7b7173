import TestSupport
import Testing

/// `:report` of the plugins that are ours, byte for byte (contract 4.7, 4.8, 6).
struct ReportTests {
    private func stage() async throws -> DokkuStage {
        let stage = try DokkuStage()
        try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null")
        return stage
    }

    private static let schedulerRows = """
               Scheduler computed selected:   docker-local
               Scheduler computed shell:      \("")
               Scheduler global selected:     \("")
               Scheduler global shell:        \("")
               Scheduler selected:            \("")
               Scheduler shell:               \("")

        """

    @Test func rowsOfAnAppInAllTheWaysToThem() async throws {
        let stage = try await stage()
        try stage.create("node-js-app")
        let block = "=====> node-js-app scheduler information\n" + Self.schedulerRows
        #expect(try await stage.dokku("scheduler:report", "node-js-app").output == block)
        #expect(try await stage.dokku("scheduler:report").output == block)
        #expect(try await stage.dokku("--app", "node-js-app", "scheduler:report").output == block)
        #expect(try await stage.dokku("--quiet", "scheduler:report", "node-js-app").output == Self.schedulerRows)
        let all = try await stage.dokku("report", "node-js-app")
        #expect(all.status == 0 && all.output.hasPrefix(block) && all.error.isEmpty)
        for name in ["docker-local", "kubernetes", "nomad"] {
            #expect(all.output.contains("=====> node-js-app scheduler-\(name) information\n"))
        }
    }

    @Test func theGlobalBlockHasNoRawRows() async throws {
        let stage = try await stage()
        try stage.set("scheduler", "--global", "selected", "null")
        #expect(
            try await stage.dokku("scheduler:report", "--global").output == """
                =====> --global scheduler information
                       Scheduler computed selected:   null
                       Scheduler computed shell:      \("")
                       Scheduler global selected:     null
                       Scheduler global shell:        \("")

                """)
        let json = try await stage.dokku("scheduler:report", "--global", "--format", "json").output
        #expect(
            json == #"{"computed-selected":"null","computed-shell":"","global-selected":"null","global-shell":"","#
                + #""scheduler-computed-selected":"null","scheduler-computed-shell":"","#
                + #""scheduler-global-selected":"null","scheduler-global-shell":""}"# + "\n")
    }

    /// What `scheduler.bats` asserts of the JSON form.
    @Test func theJSONFormHasBothKeysAndPrecedence() async throws {
        let stage = try await stage()
        try stage.create("shop")
        let unset = try await stage.dokku("scheduler:report", "shop", "--format", "json").output
        for part in [
            #""scheduler-selected":"""#, #""scheduler-global-selected":"""#, #""selected":"""#,
            #""scheduler-computed-selected":"docker-local""#, #""scheduler-computed-shell":"""#,
        ] { #expect(unset.contains(part)) }
        try await stage.dokku("scheduler:set", "--global", "selected", "null")
        try await stage.dokku("scheduler:set", "shop", "shell", "<sh> & co")
        let global = try await stage.dokku("scheduler:report", "shop", "--format", "json").output
        #expect(global.contains(#""computed-selected":"null""#) && global.contains(#""selected":"""#))
        #expect(global.contains(#""computed-shell":"\u003csh\u003e \u0026 co""#))
        try await stage.dokku("scheduler:set", "shop", "selected", "docker-local")
        let own = try await stage.dokku("scheduler:report", "shop", "--scheduler-computed-selected")
        #expect(own.output == "docker-local\n")
    }

    @Test func dockerLocalHasItsOwnWidthAndNoLegacyKeys() async throws {
        let stage = try await stage()
        try stage.create("shop")
        let lines = try await stage.dokku("docker-local:report", "shop").lines
        #expect(lines.first == "=====> shop scheduler-docker-local information")
        let label = "Scheduler docker local computed init process:"
        #expect(lines.dropFirst().first == "       " + label + String(repeating: " ", count: 57 - label.count) + "true")
        #expect(lines.count == 7)
        #expect(
            try await stage.dokku("docker-local:report", "shop", "--format", "json").output
                == #"{"computed-init-process":"true","computed-parallel-schedule-count":"1","global-init-process":"","#
                + #""global-parallel-schedule-count":"","init-process":"","parallel-schedule-count":""}"# + "\n")
    }

    @Test(arguments: ["scheduler", "scheduler-docker-local", "scheduler-kubernetes", "scheduler-nomad"])
    func whatCannotBeReportedIsSaid(_ plugin: String) async throws {
        let stage = try await stage()
        let none = try await stage.dokku("\(plugin):report")
        #expect(
            none.status == 0 && none.output.isEmpty
                && none.error == " !     You haven't deployed any applications yet\n")
        try stage.create("shop")
        let missing = try await stage.dokku("\(plugin):report", "nope")
        #expect(missing.status == 20 && missing.output.isEmpty && missing.error == " !     App nope does not exist\n")
        let flag = try await stage.dokku("\(plugin):report", "shop", "--invalid-flag")
        #expect(flag.status == 1 && flag.output.isEmpty)
        let prefix = " !     Invalid flag passed, valid flags: "
        #expect(flag.error.hasPrefix(prefix + "--\(plugin)-"))
        let flags = flag.error.dropFirst(prefix.count).dropLast().split(separator: ", ").map(String.init)
        #expect(flags.count > 3 && flags == flags.sorted())
        let format = try await stage.dokku("\(plugin):report", "shop", "--format", "yaml")
        #expect(format.status == 1 && format.error == " !     Format must be \"stdout\" or \"json\": \"yaml\"\n")
        let open = try await stage.dokku("\(plugin):report", "shop", "--format")
        #expect(open.status == 2 && open.error == " !     --format needs a value: stdout or json\n", "\(open)")
        let both = try await stage.dokku("\(plugin):report", "shop", "--format", "json", flags.first ?? "")
        #expect(both.status == 1)
        #expect(both.error == " !     --format flag cannot be specified when specifying an info flag\n")
        let two = try await stage.dokku("\(plugin):report", "shop", "--one", "--two")
        #expect(two.status == 0 && two.output.isEmpty && two.error.isEmpty)
    }

    @Test func appsComeByNameOneAfterTheOther() async throws {
        let stage = try await stage()
        for app in ["zoo", "bar"] { try stage.create(app) }
        let lines = try await stage.dokku("scheduler:report").lines.filter { $0.hasPrefix("=====>") }
        #expect(lines == ["=====> bar scheduler information", "=====> zoo scheduler information"])
        let json = try await stage.dokku("scheduler:report", "--format", "json").lines
        #expect(json.count == 2 && json.allSatisfy { $0.hasPrefix("{") })
    }
}
