import Foundation
import TestSupport
import Testing

/// What the built program says to input that cannot be right. No engine is needed for any of it.
struct BadInputTests {
    private func binary() throws -> Binary { try Binary(variables: ["DOCKER_HOST": "unix:///nowhere/docker.sock"]) }

    private func expectError(
        _ result: RunResult, _ status: Int32 = 1, _ words: String..., location: SourceLocation = #_sourceLocation
    ) {
        #expect(result.status == status, "\(result.error)", sourceLocation: location)
        #expect(result.error.hasPrefix(" !     "), "\(result.error)", sourceLocation: location)
        for word in words { #expect(result.error.contains(word), "\(result.error)", sourceLocation: location) }
        #expect(!result.error.contains("AdapterError"), "no type's name", sourceLocation: location)
    }

    @Test(arguments: ["..", "../etc", "a/b", "Shop", "🚀", "", String(repeating: "a", count: 300)])
    func appNames(_ name: String) async throws {
        let binary = try binary()
        expectError(try await binary.run("apps:create", name), 1, name.isEmpty ? "Please specify an app" : "App name")
        #expect(binary.home.names("apps").isEmpty)
    }

    @Test(arguments: [
        ["logs"], ["ps:report"], ["ps:stop"], ["ps:start"], ["ps:scale"], ["ps:inspect"], ["deploy"], ["enter"],
        ["run"],
        ["run:list"], ["run:stop"], ["run:logs"], ["apps:destroy", "--force"], ["scheduler:report"], ["logs:failed"],
        ["plan"],
        ["cron:list"], ["domains:report"], ["checks:disable"], ["storage:list"],
    ])
    func anUnknownAppIsStatus20(_ words: [String]) async throws {
        expectError(try await binary().run(words + ["nope"]), 20, "App nope does not exist")
    }

    @Test func properties() async throws {
        let binary = try binary()
        try await binary.run("apps:create", "shop")
        expectError(try await binary.run("scheduler:set"), 1, "Please specify an app to run the command on")
        expectError(try await binary.run("scheduler:set", "nope", "selected", "null"), 20, "App nope does not exist")
        expectError(try await binary.run("scheduler:set", "shop"), 1, "No property specified")
        expectError(
            try await binary.run("scheduler:set", "shop", "color", "red"), 1,
            "Invalid property specified, valid properties include: selected, shell")
        expectError(
            try await binary.run("scheduler:set", "--global", "color"), 1, "Property cannot be specified globally")
        expectError(
            try await binary.run("scheduler-docker-local:set", "shop", "x", "y"), 1,
            "Invalid key specified, valid keys include: init-process, parallel-schedule-count")
        let set = try await binary.run("scheduler:set", "shop", "selected", "null")
        #expect(set.output == "=====> Setting selected to null\n" && set.status == 0)
        expectError(try await binary.run("resource:limit", "=", "shop"), 1, "is no resource")
        let quiet = try await binary.run("--quiet", "scheduler:set", "shop", "selected")
        #expect(quiet.output.isEmpty && quiet.status == 0)
        expectError(
            try await binary.run("ps:set", "shop", "restart-policy", "sometimes"), 1, "Invalid restart-policy specified"
        )
    }

    @Test func anUnknownSchedulerIsNamedAtOnceAndRefusedAtDeploy() async throws {
        let binary = try binary()
        try await binary.run("apps:create", "shop")
        let set = try await binary.run("scheduler:set", "shop", "selected", "typo")
        #expect(set.status == 0 && set.error.contains("Nothing here answers to a scheduler called 'typo'"))
        expectError(
            try await binary.run("deploy", "shop", "--image", "x:1"), 1, "there is no scheduler called 'typo'",
            "docker-local, kubernetes, nomad, null")
    }

    @Test(arguments: ["web=-1", "web=1000000000", "web=", "web=x", "=1", "w/b=1"])
    func scales(_ word: String) async throws {
        let binary = try binary()
        try await binary.run("apps:create", "shop")
        expectError(try await binary.run("ps:scale", "shop", word))
        #expect(binary.home.read("lib/config/ps/shop/scale") == nil)
    }

    @Test(arguments: [
        ("Procfile", "web: a\nnonsense\n", "Procfile, line 2"), ("app.json", "{\n \"a\": 1\n \"b\": 2\n}", "line 3"),
        (".env", "A=1\nB=\"s3cret-canary\n", ".env, line 2"), (".env", "A=\0s3cret-canary", "NUL byte"),
        (".env", "s3cret-canary", "line 1"),
    ])
    func projectFiles(_ file: String, _ text: String, _ place: String) async throws {
        let binary = try binary()
        try await binary.run("apps:create", "shop")
        try binary.project.write(text, to: file)
        let result = try await binary.run("deploy", "shop", "--image", "x:1", "--project", binary.project.path)
        expectError(result, 1, place)
        #expect(!result.error.contains("s3cret-canary"))
    }

    @Test(arguments: [
        ("unix:///nowhere/docker.sock", "there is no such socket"), ("tcp://127.0.0.1:1", "the connection was refused"),
        ("ssh://host", "is no address of a Docker Engine"), ("tcp://user:s3cret-canary@127.0.0.1:1", "127.0.0.1:1"),
    ])
    func anEngineThatIsNotThere(_ host: String, _ words: String) async throws {
        var binary = try binary()
        binary.variables["DOCKER_HOST"] = host
        try await binary.run("apps:create", "shop")
        let result = try await binary.run("deploy", "shop", "--image", "x:1")
        expectError(result, 1, words, "try: ")
        #expect(!result.error.contains("s3cret-canary"))
    }

    @Test func anEngineThatIsNoneOrTooOldOrDies() async throws {
        let answers: [(String, ScriptedServer.Step)] = [
            ("what answers is no Docker Engine", .send("SSH-2.0-OpenSSH\r\n\r\n")),
            ("what answers is no Docker Engine", ScriptedServer.reply(200, "<html>")),
            (
                "the Docker Engine is too old",
                ScriptedServer.reply(200, #"{"Version":"1.12","ApiVersion":"1.24","MinAPIVersion":"1.12"}"#)
            ), ("the connection to the Docker Engine was lost", .send("")),
        ]
        for (words, answer) in answers {
            let server = try ScriptedServer { _, _ in [answer] }
            var binary = try binary()
            binary.variables["DOCKER_HOST"] = "unix://" + server.path
            try await binary.run("apps:create", "shop")
            expectError(try await binary.run("deploy", "shop", "--image", "x:1"), 1, words)
        }
    }

    @Test func aProcfilesErrorDoesNotShowTheConfigItWasFilledWith() async throws {
        let binary = try binary()
        try await binary.run("apps:create", "shop")
        try binary.project.write("web: sh -c \"echo $S\n", to: "Procfile")
        try binary.project.write("S=s3cret-canary\n", to: ".env")
        let result = try await binary.run("deploy", "shop", "--image", "x:1", "--project", binary.project.path)
        expectError(result, 1, "the Procfile's line for web has a quote")
        #expect(!(result.error + result.output).contains("s3cret-canary"))
    }

    @Test func whatNobodyRunsIsNamed() async throws {
        let binary = try binary()
        try await binary.run("apps:create", "shop")
        try await binary.run("scheduler:set", "shop", "selected", "null")
        try binary.project.write("web: a\nrelease: migrate\n", to: "Procfile")
        try binary.project.write(#"{"scripts": {"dokku": {"predeploy": "x"}}}"#, to: "app.json")
        let result = try await binary.run("deploy", "shop", "--image", "x:1", "--project", binary.project.path)
        #expect(result.error.contains("app.json's scripts.dokku.predeploy is not run: the null scheduler"))
        #expect(result.error.contains("the Procfile's release is not run"))
    }

    @Test func anAppOfASchedulerThatIsGoneCanStillBeSeenAndDestroyed() async throws {
        let binary = try binary()
        try await binary.run("apps:create", "shop")
        try await binary.run("scheduler:set", "shop", "selected", "gone")
        let report = try await binary.run("ps:report", "shop", "--running")
        #expect(
            report.status == 0 && report.output == "false\n" && report.error.contains("'gone', which nobody answers to")
        )
        #expect(try await binary.run("apps:destroy", "--force", "shop").status == 0)
    }

    @Test func whatCannotBeUnderstoodIsStatus2() async throws {
        expectError(try await binary().run("apps:create", "--nope", "shop"), 2, "--nope")
        expectError(try await binary().run("nope"), 2, "nope")
    }
}

struct AppCommandTests {
    @Test func appsComeGoAndAreListed() async throws {
        let binary = try Binary(variables: ["DOCKER_HOST": "unix:///nowhere"])
        let none = try await binary.run("apps:list")
        #expect(none.status == 0 && none.error == " !     You haven't deployed any applications yet\n")
        #expect(try await binary.run("apps:create", "shop").output == "-----> Creating shop...\n")
        let taken = try await binary.run("apps:create", "shop")
        #expect(taken.status == 1 && taken.error == " !     Name is already taken\n")
        #expect(try await binary.run("apps:list").output == "=====> My Apps\nshop\n")
        #expect(try await binary.run("--quiet", "apps:list").output == "shop\n")
        #expect(try await binary.run("apps:list", "--format", "json").output == "[\"shop\"]\n")
        #expect(try await binary.run("apps:exists", "shop").status == 0)
    }

    @Test func destroyingAsksForTheName() async throws {
        let binary = try Binary()
        try await binary.run("apps:create", "shop")
        try await binary.run("scheduler:set", "shop", "selected", "null")
        let refused = try await binary.run("apps:destroy", "shop", input: "ship\n")
        #expect(refused.status == 1 && refused.error.contains("Confirmation did not match shop. Aborted."))
        #expect(try await binary.run("apps:destroy", "shop", input: "shop\n").status == 0)
        #expect(try await binary.run("apps:exists", "shop").status == 20)
        #expect(binary.home.names("lib/config/scheduler").isEmpty)
    }

    @Test func reportsInAllForms() async throws {
        let binary = try Binary()
        try await binary.run("apps:create", "shop")
        #expect(
            try await binary.run("scheduler:report", "shop").output == """
                =====> shop scheduler information
                       Scheduler computed selected:   docker-local
                       Scheduler computed shell:      \n       Scheduler global selected:     \n       Scheduler global shell:        \n       Scheduler selected:            \n       Scheduler shell:               \n
                """)
        #expect(
            try await binary.run("scheduler:report", "shop", "--scheduler-computed-selected").output == "docker-local\n"
        )
        let json = try await binary.run("scheduler:report", "shop", "--format", "json").output
        let fields = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: String])
        #expect(
            fields["computed-selected"] == "docker-local" && fields["scheduler-computed-selected"] == "docker-local")
        let global = try await binary.run("scheduler:report", "--global", "--format", "json").output
        #expect(!global.contains("scheduler-selected"))
        let unknown = try await binary.run("scheduler:report", "shop", "--nope")
        #expect(
            unknown.status == 1
                && unknown.error.contains("Invalid flag passed, valid flags: --scheduler-computed-selected,"))
        #expect(
            try await binary.run("scheduler-docker-local:report", "shop", "--format", "json").output
                == #"{"computed-init-process":"true","computed-parallel-schedule-count":"1","global-init-process":"","global-parallel-schedule-count":"","init-process":"","parallel-schedule-count":""}"#
                + "\n")
    }

    @Test func helpForEachCommand() async throws {
        let help = try await Binary().run("--help").output
        let commands = help.split(separator: "\n").compactMap { line -> String? in
            guard line.hasPrefix("  "), !line.hasPrefix("   ") else { return nil }
            return line.split(separator: " ").first.map(String.init)
        }.filter { !$0.hasPrefix("-") && $0 != "See" }
        #expect(commands.count > 60)
        for command in commands {
            let result = try await Binary().run(command, "--help")
            #expect(result.status == 0 && result.output.contains("USAGE: linkspan \(command)"), "\(command)")
        }
    }
}

struct NullSchedulerTests {
    @Test func itSaysThatAllIsWellAndRefusesTheRest() async throws {
        let binary = try Binary(variables: ["DOCKER_HOST": "unix:///nowhere"])
        try await binary.run("apps:create", "shop")
        try await binary.run("scheduler:set", "shop", "selected", "null")
        #expect(try await binary.run("deploy", "shop", "--image", "x:1").status == 0)
        #expect(try await binary.run("ps:report", "shop", "--running").output == "true\n")
        #expect(try await binary.run("ps:report", "shop", "--processes").output == "1\n")
        #expect(try await binary.run("ps:stop", "shop").status == 0)
        for words in [
            ["run", "shop", "ls"], ["enter", "shop"], ["run:list", "shop"], ["ps:inspect", "shop"], ["plan", "shop"],
        ] {
            let result = try await binary.run(words)
            #expect(result.status == 10, "\(words): \(result.error)")
            #expect(result.error.contains("the null scheduler cannot"))
        }
        #expect(try await binary.run("apps:destroy", "--force", "shop").status == 0)
    }
}

/// The binary under a trigger's name, as Dokku calls it.
struct TriggerCommandTests {
    @Test func anotherSchedulersAppIsLeftAloneWithoutReadingInput() async throws {
        for trigger in [
            "scheduler-deploy", "scheduler-app-status", "scheduler-run", "scheduler-enter", "scheduler-logs",
        ] {
            // No state folder can be found: whatever touched anything would fail.
            var binary = try Binary()
            binary.variables["LINKSPAN_HOME"] = "/proc/nowhere"
            let result = try await binary.run(
                ["k3s", "shop", "latest"], as: "/plugins/x/\(trigger)", input: [1, 2, 3])
            #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(trigger)")
        }
    }

    @Test func theNullSchedulersAnswersAreDokkus() async throws {
        let binary = try Binary()
        try await binary.run("apps:create", "shop")
        #expect(try await binary.run("null", "shop", as: "scheduler-app-status").output == "1 true\n")
        #expect(try await binary.run("null", "shop", as: "scheduler-is-deployed").status == 0)
        #expect(try await binary.run("null", as: "scheduler-uses-host-cron").output == "false\n")
        #expect(try await binary.run("docker-local", as: "scheduler-uses-host-cron").output == "true\n")
    }

    @Test func anAppThatWasNeverDeployed() async throws {
        let binary = try Binary()
        try await binary.run("apps:create", "shop")
        #expect(try await binary.run("docker-local", "shop", as: "scheduler-app-status").output == "0 false\n")
        #expect(try await binary.run("docker-local", "shop", as: "scheduler-is-deployed").status == 1)
    }

    @Test func anEngineThatIsDownStillGetsDokkuAnAnswer() async throws {
        let binary = try Binary(variables: ["DOCKER_HOST": "unix:///nowhere"])
        try await binary.run("apps:create", "shop")
        for (file, text) in [("CONTAINER.web.1", "abc\n"), ("IP.web.1", "10.0.0.1"), ("PORT.web.1", "5000")] {
            try binary.home.write(text, to: "apps/shop/" + file)
        }
        let result = try await binary.run("docker-local", "shop", as: "scheduler-app-status")
        #expect(result.status == 0 && result.output == "0 false\n" && result.error.contains("no Docker Engine answers"))
    }

    @Test func houseKeepingLeavesOtherSchedulersAppsAlone() async throws {
        let binary = try Binary(variables: ["DOCKER_HOST": "unix:///nowhere"])
        try await binary.run("apps:create", "shop")
        try await binary.run("scheduler:set", "shop", "selected", "k3s")
        let result = try await binary.run("docker-local", "ghost", as: "scheduler-retire")
        #expect(!binary.home.names("apps").contains("ghost"), "\(result.error)")
    }

    @Test func registeringForRetirement() async throws {
        let binary = try Binary()
        try await binary.run("apps:create", "shop")
        #expect(try await binary.run("shop", "abc", "5", as: "scheduler-register-retired").status == 0)
        #expect(try await binary.run("shop", "", as: "scheduler-register-retired").status == 0)
        let queue = try #require(binary.home.read("lib/data/scheduler-docker-local/dead-containers"))
        #expect(queue.hasPrefix("shop abc ") && queue.split(separator: "\n").count == 1)
    }

    /// From the moment that the process is there: a signal is never lost, however little has been set up.
    @Test func aSignalInTheFirstMomentsCounts() async throws {
        let engine = try ScriptedServer { _, _ in [.wait(milliseconds: 2_000)] }
        let binary = try Binary(variables: ["DOCKER_HOST": "unix://\(engine.path)"])
        try await binary.run("apps:create", "shop")
        try binary.project.write("web: true", to: "Procfile")
        for moment in 0..<80 {
            let result = try await binary.run(
                "deploy", "shop", "--image", "x:1", "--project", binary.project.path
            ) { program in
                try await Task.sleep(for: .microseconds(moment * 250))
                program.kill(SIGTERM)
            }
            #expect(result.status == 143, "after \(moment * 250) µs: \(result.error)")
        }
    }
}
