import Foundation
import TestSupport
import Testing

/// `linkspan install`, `update`, `uninstall` on the stage (contract 1.1, 1.2, 4.0).
struct InstallTests {
    private func folder(_ plugin: String) -> String { "lib/plugins/enabled/\(plugin)" }

    @Test func addsThePluginsThatDokkuHasNot() async throws {
        let stage = try DokkuStage()
        let before = stage.enabled
        let result = try await stage.linkspan("install")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output == "-----> Installing scheduler-kubernetes\n-----> Installing scheduler-nomad\n")
        #expect(stage.enabled == (before + ["scheduler-kubernetes", "scheduler-nomad"]).sorted())
        let toml = try #require(stage.read(folder("scheduler-nomad") + "/plugin.toml"))
        #expect(toml.hasPrefix("[plugin]\ndescription = ") && toml.hasSuffix("\n[plugin.config]\n"))
        for file in ["plugin.toml", "scheduler-deploy", "commands", "subcommands/set", "install"] {
            let owner = try stage.owner(of: folder("scheduler-nomad") + "/" + file)
            #expect(
                owner == "\(stage.variables["DOKKU_SYSTEM_USER"] ?? ""):\(stage.variables["DOKKU_SYSTEM_GROUP"] ?? "")")
        }
        #expect(
            try stage.owner(of: folder("scheduler-nomad")) == stage.owner(of: folder("scheduler-nomad") + "/commands"))
    }

    @Test func thereIsOneFileCalledCommandsInAPlugin() async throws {
        let stage = try DokkuStage()
        try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null,registry")
        let found = try await Tool.run("find", "-L", stage.library + "/plugins/enabled", "-name", "commands")
        let plugins = found.lines.map { $0.split(separator: "/").dropLast().last.map(String.init) ?? "" }
        #expect(Set(plugins).count == plugins.count && plugins.contains("scheduler"))
    }

    @Test func everyTriggerFileCanBeRun() async throws {
        let stage = try DokkuStage()
        try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null,registry")
        for plugin in [
            "registry", "scheduler", "scheduler-docker-local", "scheduler-null", "scheduler-kubernetes",
            "scheduler-nomad",
        ] {
            for file in stage.names(folder(plugin)) where !["plugin.toml", "subcommands"].contains(file) {
                let path = "\(stage.path)/\(folder(plugin))/\(file)"
                #expect(FileManager.default.isExecutableFile(atPath: path), "\(plugin)/\(file)")
            }
        }
    }

    @Test func dokkusOwnAreLeftUnlessNamed() async throws {
        let stage = try DokkuStage()
        try await stage.linkspan("install")
        #expect(stage.read(folder("scheduler-null") + "/plugin.toml")?.contains("core scheduler-null") == true)
        try stage.create("shop", on: "null")
        #expect(try await stage.trigger("scheduler-app-status", "null", "shop").output == "1 true\n")
    }

    @Test func takenOverPluginsAnswerAloneAndComeBackAsTheyWere() async throws {
        let stage = try DokkuStage()
        let original = try await Self.listing(stage)
        let result = try await stage.linkspan("install", "--take-over", "scheduler,docker-local,null,registry")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.lines.contains("-----> Taking scheduler-null over"))
        try stage.create("shop", on: "null")
        try stage.forgetCalls()
        #expect(try await stage.trigger("scheduler-app-status", "null", "shop").output == "1 true\n")
        #expect(try await stage.trigger("scheduler-detect", "shop").output == "null\n")
        #expect(!stage.calls.contains { $0.plugin.hasPrefix("scheduler") })
        #expect(stage.exists("lib/core-plugins/enabled/scheduler/scheduler-detect"))

        let back = try await stage.linkspan("uninstall")
        #expect(back.status == 0 && back.lines.contains("-----> Giving scheduler back"), "\(back.error)")
        #expect(try await Self.listing(stage) == original)
        try await stage.trigger("scheduler-detect", "shop")
        #expect(stage.calls.map(\.plugin) == ["scheduler"])
    }

    @Test func onePluginCanBeGivenBack() async throws {
        let stage = try DokkuStage()
        try await stage.linkspan("install", "--take-over", "scheduler,null")
        #expect(try await stage.linkspan("uninstall", "null").output == "-----> Giving scheduler-null back\n")
        #expect(stage.read(folder("scheduler-null") + "/plugin.toml")?.contains("core scheduler-null") == true)
        #expect(stage.read(folder("scheduler") + "/plugin.toml")?.contains("(linkspan)") == true)
    }

    @Test func whatSomebodyHasRemovedComesBackToo() async throws {
        let stage = try DokkuStage()
        let original = try await Self.listing(stage)
        try await stage.linkspan("install", "--take-over", "null")
        try FileManager.default.removeItem(atPath: stage.library + "/core-plugins/available/scheduler-null")
        #expect(try await stage.linkspan("uninstall").status == 0)
        #expect(try await Self.listing(stage) == original)
    }

    @Test func doneTwiceItIsDoneOnce() async throws {
        let stage = try DokkuStage()
        let original = try await Self.listing(stage)
        for _ in 0..<2 { try await stage.linkspan("install", "--take-over", "scheduler,null") }
        try await stage.linkspan("update")
        try await stage.linkspan("uninstall")
        #expect(try await Self.listing(stage) == original)
        let nothing = try await stage.linkspan("update")
        #expect(nothing.status == 1 && nothing.error.hasPrefix(" !     nothing is installed"))
    }

    /// A package writes file over file; what it does not bring stays.
    @Test func anUpgradeOfDokkuIsTakenOverAnewAndComesBack() async throws {
        let stage = try DokkuStage()
        try await stage.linkspan("install", "--take-over", "scheduler")
        let upgraded = "lib/core-plugins/available/scheduler"
        try stage.write("[plugin]\ndescription = \"newer\"\n[plugin.config]\n", to: upgraded + "/plugin.toml")
        try? FileManager.default.removeItem(atPath: "\(stage.path)/\(upgraded)/scheduler-detect")
        try stage.write("newer", to: upgraded + "/scheduler-detect")
        #expect(try await stage.linkspan("update").lines.contains("-----> Taking scheduler over"))
        #expect(try await stage.trigger("scheduler-detect", "shop").output == "docker-local\n")
        try await stage.linkspan("uninstall")
        #expect(stage.names(upgraded) == ["plugin.toml", "scheduler-detect"])
        #expect(stage.read(upgraded + "/scheduler-detect") == "newer")
    }

    @Test func aPluginOfTheSameNameIsNotTouchedUnasked() async throws {
        let stage = try DokkuStage()
        try stage.link(plugin: "scheduler-kubernetes", triggers: [])
        let refused = try await stage.linkspan("install")
        #expect(
            refused.status == 1
                && refused.error
                    == """
                     !     there is a plugin scheduler-kubernetes that is not Linkspan's
                     !     try: linkspan install --take-over kubernetes

                    """
        )
        #expect(!stage.enabled.contains("scheduler-nomad"), "nothing is changed before all is known to be right")
        #expect(try await stage.linkspan("install", "--take-over", "kubernetes").status == 0)
        try await stage.linkspan("uninstall")
        #expect(stage.read(folder("scheduler-kubernetes") + "/plugin.toml") == "[plugin]\n[plugin.config]\n")
    }

    @Test func whatCannotBeIsSaid() async throws {
        let stage = try DokkuStage(without: ["scheduler-null"])
        let unknown = try await stage.linkspan("install", "--take-over", "k3s")
        #expect(unknown.status == 1 && unknown.error.hasPrefix(" !     there is no plugin 'k3s' to take over\n"))
        let absent = try await stage.linkspan("install", "--take-over", "null")
        #expect(absent.status == 10 && absent.error.hasPrefix(" !     this Dokku has no plugin scheduler-null"))
        let binary = try Binary(variables: ["DOKKU_LIB_ROOT": "/nowhere"])
        let none = try await binary.run("install")
        #expect(none.status == 1 && none.error.hasPrefix(" !     there is no Dokku at /nowhere"))
    }

    /// All paths below the library with what they are, our own record of nothing among them.
    private static func listing(_ stage: DokkuStage) async throws -> String {
        try await Tool.run(
            "find", stage.library, "-path", stage.library + "/config", "-prune", "-o", "-printf", "%P %y %l %m %u\\n"
        ).lines.sorted().joined(separator: "\n")
    }
}
