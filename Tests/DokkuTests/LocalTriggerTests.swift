import Foundation
import TestSupport
import Testing

/// The rows of docker-local, on an engine that is acted out: ours, an unknown app, and bad arguments. Those that are
/// somebody else's are in ``TriggerTableTests``.
struct LocalTriggerTests {
    /// Of an app that serves, one container of `web`; `ID` is its id.
    private static let ours: [TriggerRow] = [
        TriggerRow("scheduler-app-status", ["docker-local", "shop"], "1 true\n"),
        TriggerRow("scheduler-is-deployed", ["docker-local", "shop"]),
        TriggerRow("scheduler-uses-host-cron", ["docker-local"], "true\n"),
        TriggerRow("scheduler-enter", ["docker-local", "shop", "web", "--", "echo", "hi"], "hi\n"),
        TriggerRow("scheduler-enter", ["docker-local", "shop", "web.1", "echo", "0.26"], "0.26\n"),
        TriggerRow("scheduler-enter", ["docker-local", "shop", "--container-id", "ID", "--", "echo", "hi"], "hi\n"),
        TriggerRow("scheduler-enter", ["docker-local", "shop", "web", "--", "kit", "exit", "7"], status: 7),
        TriggerRow(
            "scheduler-enter", ["docker-local", "shop", "worker", "--", "true"],
            error: ["No containers found for type 'worker'", "Available types for app (shop): web"]),
        TriggerRow(
            "scheduler-enter", ["docker-local", "shop", "--container-id", "zzz", "--", "true"],
            error: ["Invalid container id for app: zzz", "Available ids for app (shop): ID"]),
        TriggerRow(
            "scheduler-logs-failed", ["docker-local", "shop"], error: ["No failed containers found"], status: 0),
        TriggerRow("scheduler-run", ["docker-local", "shop", "0", "--", "kit", "exit", "7"], status: 7),
        TriggerRow("scheduler-run", ["docker-local", "shop", "1", "A=$(id)", "sh", "-c", "echo $A"], "$(id)\n"),
        TriggerRow(
            "scheduler-run-list", ["docker-local", "shop", "stdout"],
            "=====> shop run containers\nNAMES     COMMAND   CREATED\n"),
        TriggerRow("scheduler-run-list", ["docker-local", "shop", "json"], "[]\n"),
        TriggerRow(
            "scheduler-run-logs", ["docker-local", "shop", "shop.run.1", "false", "true", "100"],
            error: ["shop has no run container called shop.run.1", "try: dokku run:list shop"]),
        TriggerRow(
            "scheduler-run-stop", ["docker-local", "shop", "shop.run.1"],
            error: ["Specified container does not exist"], status: 0),
        TriggerRow("scheduler-run-stop", ["docker-local", "shop", ""], "       No run containers exist\n"),
        TriggerRow("scheduler-run-retire", [], "-----> Retiring all run and cron containers\n"),
        TriggerRow(
            "scheduler-run-retire", ["docker-local", "shop"], "-----> Retiring run and cron containers for app shop\n"),
        TriggerRow("scheduler-retire", ["docker-local", "shop"]),
        TriggerRow("scheduler-retire", ["elsewhere", ""]),
        TriggerRow("scheduler-register-retired", ["shop", "", "5"]),
        TriggerRow("scheduler-pre-restore", ["docker-local", "shop"]),
        TriggerRow("pre-restore", ["docker-local", "shop"]),
        TriggerRow("pre-restore", []),
        TriggerRow(
            "check-deploy", ["shop", "ID", "web", "5000", "172.17.0.2"], "       All checks successful (web.1)\n"),
        TriggerRow("check-deploy", ["shop", "", "web", "", ""], "       All checks successful (web.1)\n"),
        TriggerRow(
            "post-release-builder", ["dockerfile", "shop", LocalStage.image], "=====> Processing deployment checks\n"),
        TriggerRow("scheduler-stop", ["docker-local", "shop"]),
        TriggerRow("scheduler-app-status", ["docker-local", "shop"], "1 false\n"),
        TriggerRow(
            "scheduler-enter", ["docker-local", "shop", "web", "--", "true"],
            error: [
                "Container is not running", "web.1 is exited", "try: dokku logs shop",
            ]),
        TriggerRow("scheduler-stop", ["docker-local", "shop"]),
        TriggerRow("scheduler-stop", ["docker-local", "shop", "true"]),
        TriggerRow("scheduler-post-delete", ["docker-local", "shop", "latest"]),
        TriggerRow("scheduler-post-delete", ["docker-local", "shop", "latest"]),
        TriggerRow("scheduler-app-status", ["docker-local", "shop"], "1 false\n"),
    ]

    @Test func whatServes() async throws {
        try await LocalStage.with { local in
            try await local.deploy()
            let places = ["ID": local.container]
            for row in Self.ours { try await row.check(on: local.stage, places) }
            #expect(await local.objects.filter { $0.isRunning != nil }.isEmpty, "all of it is gone")
        }
    }

    private static let unknown: [TriggerRow] = [
        TriggerRow("scheduler-app-status", ["docker-local", "nope"], "0 false\n"),
        TriggerRow("scheduler-is-deployed", ["docker-local", "nope"], status: 1),
        TriggerRow("scheduler-enter", ["docker-local", "nope", "--", "true"], error: ["No containers found for app"]),
        TriggerRow("scheduler-inspect", ["docker-local", "nope"], "[]\n"),
        TriggerRow("scheduler-logs", ["docker-local", "nope", "", "false", "true", "100"]),
        TriggerRow(
            "scheduler-logs-failed", ["docker-local", "nope"], error: ["No failed containers found"], status: 0),
        TriggerRow("scheduler-run-list", ["docker-local", "nope", "json"], "[]\n"),
        TriggerRow("scheduler-run-stop", ["docker-local", "nope", ""], error: ["App nope does not exist"], status: 20),
        TriggerRow(
            "scheduler-run-retire", ["docker-local", "nope"], "-----> Retiring run and cron containers for app nope\n"),
        TriggerRow("scheduler-stop", ["docker-local", "nope", "true"]),
        TriggerRow("scheduler-post-delete", ["docker-local", "nope", "latest"]),
        TriggerRow("scheduler-retire", ["docker-local", "nope"]),
        TriggerRow("scheduler-pre-restore", ["docker-local", "nope"]),
        TriggerRow("scheduler-register-retired", ["nope", ""]),
        TriggerRow("core-post-extract", ["nope", "/nowhere", "HEAD"]),
        TriggerRow("core-post-deploy", ["nope", "", "", "latest"]),
        TriggerRow(
            "check-deploy", ["nope", "0123", "web", "5000", ""], error: ["App nope does not exist"], status: 20),
        TriggerRow(
            "scheduler-storage-exec", ["docker-local", "nope", "kit:latest", "--interactive=false", "--tty=false"],
            error: ["there is no storage entry 'nope'", "try: dokku storage:create NAME --size 1Gi"]),
    ]

    @Test func anAppThatIsNotThere() async throws {
        try await LocalStage.with { local in
            for row in Self.unknown { try await row.check(on: local.stage) }
        }
    }

    private static let ofApps = [
        "scheduler-deploy", "scheduler-stop", "scheduler-logs", "scheduler-enter", "scheduler-run",
        "scheduler-run-list", "scheduler-run-logs", "scheduler-inspect", "scheduler-post-delete",
        "scheduler-is-deployed", "scheduler-app-status", "scheduler-logs-failed",
    ]

    private static let bad: [TriggerRow] =
        TriggerRow.badNames(ofApps, of: "docker-local") + [
            TriggerRow("check-deploy", [], error: ["Please specify an app to run the command on"]),
            TriggerRow("post-release-builder", ["dockerfile"], error: ["Please specify an app to run the command on"]),
            TriggerRow("core-post-extract", [], error: ["Please specify an app to run the command on"]),
        ]

    @Test func noAppOrNoName() async throws {
        try await LocalStage.with { local in
            for row in Self.bad { try await row.check(on: local.stage) }
        }
    }
}
