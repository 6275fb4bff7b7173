import TestSupport
import Testing

/// The rows of the trigger table for schedulers that are elsewhere, called as Dokku calls them (contract 2).
struct RemoteTriggerTests {
    private func with(_ kind: RemoteStage.Kind, _ body: (RemoteStage) async throws -> Void) async throws {
        let remote = try await RemoteStage(kind)
        do {
            try await body(remote)
        } catch {
            await remote.finish()
            throw error
        }
        await remote.finish()
    }

    @Test(arguments: RemoteStage.Kind.allCases)
    func anAppThatWasNeverDeployed(_ kind: RemoteStage.Kind) async throws {
        try await with(kind) { remote in
            #expect(try await remote.trigger("scheduler-app-status").output == "0 false\n")
            let isDeployed = try await remote.trigger("scheduler-is-deployed")
            #expect(isDeployed.status == 1 && isDeployed.output.isEmpty, "\(isDeployed)")
            for name in ["scheduler-stop", "scheduler-post-delete", "scheduler-post-delete"] {
                let result = try await remote.trigger(name)
                #expect(result.status == 0, "\(name): \(result)")
            }
        }
    }

    @Test(arguments: RemoteStage.Kind.allCases)
    func aDeployIsToldToDokkuWhenItServes(_ kind: RemoteStage.Kind) async throws {
        try await with(kind) { remote in
            let result = try await remote.trigger("scheduler-deploy", "latest", "")
            #expect(result.status == 0, "\(result)")
            let fired = remote.stage.calls.filter { ["core-post-deploy", "post-deploy"].contains($0.trigger) }
            #expect(fired.map(\.trigger).first == "core-post-deploy" && fired.map(\.trigger).last == "post-deploy")
            #expect(fired.allSatisfy { $0.arguments == ["shop", "", "", "latest"] }, "\(fired)")
            #expect(remote.stage.property("common", "shop", "deployed") == "true")
            #expect(try await remote.trigger("scheduler-app-status").output == "1 true\n")
            #expect(try await remote.trigger("scheduler-is-deployed").status == 0)
            #expect(!remote.stage.names("home/shop").contains { $0.hasPrefix("CONTAINER.") })

            let failing = try await remote.trigger(
                "scheduler-run", "0", "--", "kit", "exit", "7", setting: ["DOKKU_DISABLE_TTY": "true"])
            #expect(failing.status == 7, "\(failing)")

            let stopped = try await remote.trigger("scheduler-stop")
            #expect(stopped.status == 0, "\(stopped)")
            #expect(try await remote.trigger("scheduler-app-status").output.hasSuffix(" false\n"))
            #expect(try await remote.trigger("scheduler-post-delete", "1").status == 0)
            #expect(try await remote.trigger("scheduler-app-status").output == "0 false\n")
        }
    }

    /// The calls for the old name go to the host's scheduler: what the app's runs goes before, or stays for ever.
    @Test(arguments: RemoteStage.Kind.allCases)
    func renameTakesDownWhatRuns(_ kind: RemoteStage.Kind) async throws {
        try await with(kind) { remote in
            try await remote.stage.dokku("scheduler:set", "--global", "selected", "null")
            let deployed = try await remote.trigger("scheduler-deploy", "latest", "")
            #expect(deployed.status == 0, "\(deployed)")
            let renamed = try await remote.stage.dokku("apps:rename", "shop", "store")
            #expect(renamed.status == 0, "\(renamed)")
            #expect(remote.stage.property("scheduler", "store", "selected") == kind.rawValue)
            // Asked with the settings that it had: there is nothing under the old name any more.
            try remote.stage.create("shop")
            let plugin = "scheduler-" + kind.rawValue
            for name in remote.stage.names("lib/config/\(plugin)/store") {
                try remote.stage.set(plugin, "shop", name, remote.stage.property(plugin, "store", name) ?? "")
            }
            let status = try await remote.trigger("scheduler-app-status")
            #expect(status.output == "0 false\n" && status.error.isEmpty, "\(status)")
        }
    }

    /// Dokku's `ps:retire` names no app, and asks nobody behind the first that fails.
    @Test(arguments: RemoteStage.Kind.allCases)
    func houseKeepingIsDoneForEachAppAndHoldsUpNobody(_ kind: RemoteStage.Kind) async throws {
        try await with(kind) { remote in
            let plugin = "scheduler-" + kind.rawValue
            let done = try await remote.stage.call(plugin, "scheduler-run-retire")
            #expect(done.status == 0 && done.output.isEmpty && done.error.isEmpty, "\(done)")

            try remote.stage.set(plugin, "shop", kind == .nomad ? "address" : "kubeconfig", "nowhere")
            let told = try await remote.stage.call(plugin, "scheduler-run-retire")
            #expect(told.status == 0 && told.error.hasPrefix(" !     shop: "), "\(told)")

            try remote.stage.set("scheduler", "shop", "selected", "null")
            let unused = try await remote.stage.call(plugin, "scheduler-run-retire")
            #expect(unused.status == 0 && unused.error.isEmpty, "\(unused)")
        }
    }

    @Test(arguments: RemoteStage.Kind.allCases)
    func aFailedDeployFiresNothing(_ kind: RemoteStage.Kind) async throws {
        try await with(kind) { remote in
            try remote.stage.procfile("shop", ["web": "kit exit 1"])
            try remote.stage.set("scheduler-" + kind.rawValue, "shop", "deploy-timeout", "60")
            let result = try await remote.trigger("scheduler-deploy", "latest", "")
            #expect(result.status != 0 && result.error.contains(" !     "), "\(result)")
            #expect(!remote.stage.triggersFired.contains("core-post-deploy"))
            #expect(remote.stage.property("common", "shop", "deployed") == nil)
        }
    }

    /// Dokku breaks on an empty answer (contract 2.3).
    @Test(arguments: RemoteStage.Kind.allCases)
    func aBackendThatIsAwayHasAStatusAllTheSame(_ kind: RemoteStage.Kind) async throws {
        try await with(kind) { remote in
            await remote.finish()
            let status = try await remote.trigger("scheduler-app-status")
            #expect(
                status.status == 0 && status.output == "0 false\n" && status.error.hasPrefix(" !     "), "\(status)")
            let destroyed = try await remote.trigger("scheduler-post-delete", "1")
            #expect(destroyed.status == 1 && destroyed.error.hasPrefix(" !     "), "what runs there would be forgotten")
        }
    }
}
