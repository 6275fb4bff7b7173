import AdapterKit
import DokkuIO

/// A trigger file: its name, and whom it lets through to the program.
struct TriggerFile: Sendable, Equatable {
    /// Dokku calls the triggers of all schedulers for every app (contract 2.0), so most calls are somebody else's.
    enum Form: Sendable {
        /// All calls.
        case link
        /// Calls whose first argument is the plugin's scheduler.
        case forScheduler
        /// Those, and calls without arguments: the whole host's house-keeping.
        case forSchedulerOrNobody
    }

    let name: String
    let form: Form

    init(_ name: String, _ form: Form = .forScheduler) {
        self.name = name
        self.form = form
    }

    /// Whether the program answers to it; what it does not is left to those who do.
    func isAnswered(by plugin: String) -> Bool {
        Trigger.names.contains(name) || LifeCycle.names.contains(name) || RegistryTrigger(name, of: plugin) != nil
            || LocalTrigger(name, of: plugin) != nil
    }

    func content(for plugin: OwnPlugin, program: String) -> PluginFolder.Content {
        guard let scheduler = plugin.scheduler, form != .link else { return .link(to: program) }
        let exception = form == .forSchedulerOrNobody ? "[ $# -eq 0 ] || " : ""
        return .script(
            """
            #!/bin/sh
            # \(PluginFolder.mark)
            [ "$1" = \(scheduler) ] || \(exception)exit 0
            exec \(Self.quoted(program)) --as "$0" "$@"

            """)
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    // MARK: who has which (contract 2.1, 2.2, 2.3)

    /// What Dokku breaks without.
    static let answers = ["scheduler-app-status", "scheduler-is-deployed", "scheduler-uses-host-cron"].map { Self($0) }

    /// What a scheduler with these roles does; a role that it has not is a file that is not there.
    static func work(_ manifest: Manifest) -> [TriggerFile] {
        let roles: [(Capability, [String])] = [
            (.enter, ["scheduler-enter"]), (.inspect, ["scheduler-inspect"]),
            (.run, ["scheduler-run", "scheduler-run-list", "scheduler-run-logs", "scheduler-run-stop"]),
            (.cron, ["scheduler-cron-write", "cron-write"]), (.storage, ["scheduler-storage-exec"]),
            (.retire, ["scheduler-pre-restore", "pre-restore"]),
        ]
        let always = [
            "scheduler-deploy", "scheduler-logs", "scheduler-logs-failed", "scheduler-post-delete", "scheduler-stop",
        ]
        let names = always + roles.filter { manifest.capabilities.contains($0.0) }.flatMap(\.1)
        return names.map { Self($0) }
            + (manifest.images == .registry
                ? Trigger.ofApps.sorted().map { Self($0, .link) } + Self.ofRemoteTraffic.map { Self($0) } : [])
            + (manifest.capabilities.contains(.run) ? [Self("scheduler-run-retire", .forSchedulerOrNobody)] : [])
    }

    /// Dokku asks a scheduler elsewhere for the proxy that it would show itself.
    private static let ofRemoteTraffic = ["scheduler-proxy-config", "scheduler-proxy-logs"]

    /// What docker-local does for the local Docker host, whatever an app's scheduler is.
    static let ofTheLocalHost =
        [
            "check-deploy", "core-post-deploy", "core-post-extract", "post-release-builder",
            "scheduler-register-retired", "scheduler-retire",
        ].map { Self($0, .link) } + [Self("scheduler-storage-exec")]
}
