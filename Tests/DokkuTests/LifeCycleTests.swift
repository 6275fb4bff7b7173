import Foundation
import TestSupport
import Testing

/// Plugins and apps come, go and get other names (contract 1.9, 2.14, 4.6, 4.8).
struct LifeCycleTests {
    private func stage() async throws -> DokkuStage {
        let stage = try DokkuStage()
        // Nothing is deployed here; whoever asks the engine all the same is told that there is none.
        var quiet = stage
        quiet.variables["DOCKER_HOST"] = "unix:///nowhere/docker.sock"
        try await quiet.linkspan("install", "--take-over", "scheduler,null")
        return quiet
    }

    @Test func installMakesFoldersThatAreDokkus() async throws {
        let stage = try await stage()
        for _ in 0..<2 {
            let result = try await stage.dokku("plugin:install")
            #expect(result.status == 0 && result.output.isEmpty && result.error.isEmpty, "\(result)")
        }
        let user = "\(stage.variables["DOKKU_SYSTEM_USER"] ?? ""):\(stage.variables["DOKKU_SYSTEM_GROUP"] ?? "")"
        for folder in ["config/scheduler", "config/scheduler-nomad", "config/linkspan", "data/scheduler-kubernetes"] {
            #expect(try stage.owner(of: "lib/" + folder) == user, "\(folder)")
            #expect(try stage.mode(of: "lib/" + folder) == 0o755)
        }
        try await stage.dokku("scheduler:set", "--global", "shell", "sh")
        #expect(try stage.owner(of: "lib/config/scheduler/--global/shell") == user, "what root writes is Dokku's")
    }

    @Test func variablesOfEarlierDokkusBecomeProperties() async throws {
        let stage = try await stage()
        try stage.create("shop")
        try stage.create("other", on: "null")
        try stage.config("shop", ["DOKKU_SCHEDULER": "nomad"])
        try stage.config("other", ["DOKKU_SCHEDULER": "kubernetes"])
        try stage.config("--global", ["DOKKU_APP_SHELL": "/bin/zsh"])
        let result = try await stage.trigger("install")
        #expect(
            result.output == """
                -----> Migrating deprecated global DOKKU_APP_SHELL to scheduler shell property. Use 'dokku scheduler:set \
                --global shell <value>' to manage this going forward.
                -----> Migrating deprecated DOKKU_SCHEDULER to scheduler selected property for shop. Use 'dokku \
                scheduler:set shop selected <value>' to manage this going forward.

                """)
        #expect(stage.property("scheduler", "shop", "selected") == "nomad")
        #expect(stage.property("scheduler", "other", "selected") == "null", "what is set stays")
        #expect(stage.property("scheduler", "--global", "shell") == "/bin/zsh")
        #expect(stage.calls.filter { $0.trigger == "config-migrate-env" }.count == 1)
        #expect(try await stage.trigger("install").output.isEmpty)
    }

    @Test func anEarlierDokkuKeepsItsVariables() async throws {
        let stage = try await stage()
        try stage.forget("config-migrate-env", of: "config")
        try stage.create("shop")
        try stage.config("shop", ["DOKKU_SCHEDULER": "nomad"])
        #expect(try await stage.trigger("install").output.isEmpty)
        #expect(stage.property("scheduler", "shop", "selected") == nil)
    }

    @Test func createCloneAndDestroy() async throws {
        let stage = try await stage()
        #expect(try await stage.dokku("apps:create", "shop").status == 0)
        #expect(stage.exists("lib/data/scheduler-nomad/shop"))
        try await stage.dokku("scheduler:set", "shop", "selected", "null")
        try await stage.dokku("scheduler-nomad:set", "shop", "namespace", "a")
        try stage.set("linkspan", "shop", "scheduler", "null")
        let cloned = try await stage.dokku("apps:clone", "shop", "shop-2")
        #expect(cloned.status == 0 && cloned.output.isEmpty && cloned.error.isEmpty, "\(cloned)")
        #expect(stage.property("scheduler", "shop-2", "selected") == "null")
        #expect(stage.property("scheduler-nomad", "shop-2", "namespace") == "a")
        #expect(stage.property("linkspan", "shop-2", "scheduler") == nil, "nothing serves it yet")
        #expect(stage.property("scheduler", "shop", "selected") == "null")
        let destroyed = try await stage.dokku("apps:destroy", "shop-2")
        #expect(destroyed.status == 0, "\(destroyed)")
        #expect(destroyed.output == "-----> Retiring old containers and images\n")
        for plugin in ["scheduler", "scheduler-nomad", "linkspan"] {
            #expect(!stage.exists("lib/config/\(plugin)/shop-2"))
        }
        #expect(!stage.exists("lib/data/scheduler-nomad/shop-2"))
        #expect(stage.property("scheduler", "shop", "selected") == "null")
    }

    @Test func renameMovesProperties() async throws {
        let stage = try await stage()
        try await stage.dokku("apps:create", "shop")
        try await stage.dokku("scheduler:set", "shop", "selected", "null")
        try await stage.dokku("scheduler-nomad:set", "shop", "namespace", "a")
        // Of its destruction Dokku asks the host's scheduler.
        try await stage.dokku("scheduler:set", "--global", "selected", "null")
        let renamed = try await stage.dokku("apps:rename", "shop", "store")
        #expect(renamed.status == 0 && renamed.error.isEmpty, "\(renamed)")
        #expect(stage.property("scheduler", "store", "selected") == "null")
        #expect(stage.property("scheduler-nomad", "store", "namespace") == "a")
        #expect(!stage.exists("lib/config/scheduler/shop") && !stage.exists("home/shop"))
    }

    /// The calls for the old name go to the host's scheduler: what the app's runs goes before, or stays for ever.
    @Test func renameTakesDownWhatARemoteSchedulerRuns() async throws {
        let stage = try await stage()
        try await stage.dokku("apps:create", "shop")
        try await stage.dokku("scheduler:set", "shop", "selected", "nomad")
        try await stage.dokku("scheduler-nomad:set", "shop", "address", "http://127.0.0.1:1")
        try stage.set("linkspan", "shop", "scheduler", "nomad")
        let renamed = try await stage.dokku("apps:rename", "shop", "store")
        #expect(renamed.status != 0 && renamed.error.contains("127.0.0.1:1"), "a backend that is away is an error")
        #expect(stage.exists("home/shop"), "and the app is still there to be destroyed later")
        #expect(stage.property("scheduler-nomad", "shop", "address") == "http://127.0.0.1:1")
    }

    @Test func aClonesContainersAreNotTheOriginals() async throws {
        let stage = try await stage()
        try await stage.linkspan("install", "--take-over", "docker-local")
        try await stage.dokku("apps:create", "shop")
        for file in ["CONTAINER.web.1", "IP.web.1", "PORT.web.1", "ENV"] {
            try stage.write("x", to: "home/shop/" + file)
        }
        #expect(try await stage.dokku("apps:clone", "shop", "shop-2").status == 0)
        #expect(stage.names("home/shop-2") == ["ENV"])
        #expect(stage.names("home/shop").count == 4)
    }

    @Test(arguments: [
        ("post-create", [] as [String]), ("post-delete", [""]), ("post-app-clone-setup", ["shop"]),
        ("post-app-rename-setup", ["../x", "y"]), ("report", ["Shop"]),
    ])
    func whatIsNoAppIsRefused(_ trigger: String, _ arguments: [String]) async throws {
        let stage = try await stage()
        try stage.create("shop")
        let result = try await stage.call("scheduler-nomad", trigger, arguments)
        #expect(result.status == 1 && result.output.isEmpty && result.error.hasPrefix(" !     "), "\(result)")
    }
}
