import AdapterKit

/// A call by Dokku, as a value (contract 2.1). Its first argument names the scheduler that it is meant for.
package enum Trigger: Sendable, Equatable {
    case deploy(tag: String, only: String?)
    case isDeployed
    case appStatus
    case stop(removing: Bool)
    case postDelete
    case retire
    case preRestore
    case enter([String])
    case inspect
    case logs(process: String, follow: Bool, isRaw: Bool, count: Int?)
    case logsFailed
    case run(environment: [String], words: [String])
    case runList(format: String)
    case runLogs(name: String, follow: Bool, isRaw: Bool, count: Int?)
    case runStop(name: String)
    case runRetire
    case usesHostCron
    case registerRetired(id: String, wait: Int)
    case cronWrite
    case certificateChanged
    /// `nginx:show-config`, `nginx:access-logs` and `nginx:error-logs` of an app elsewhere.
    case proxy(type: String)
    case storageExec(image: String, words: [String], user: String?, hasTerminal: Bool)
    /// `checks:run` of an app on this host.
    case checkDeploy(ContainerCall)

    /// The names under which Dokku calls us. Compared as text before anything else of the program runs.
    package static let names: Set<String> = [
        "scheduler-deploy", "scheduler-is-deployed", "scheduler-app-status", "scheduler-stop", "scheduler-post-delete",
        "scheduler-retire", "scheduler-pre-restore", "pre-restore", "scheduler-enter", "scheduler-inspect",
        "scheduler-logs", "scheduler-logs-failed", "scheduler-run", "scheduler-run-list", "scheduler-run-logs",
        "scheduler-run-stop", "scheduler-run-retire", "scheduler-uses-host-cron", "scheduler-register-retired",
        "scheduler-cron-write", "cron-write", "post-certs-update", "post-certs-remove", "scheduler-proxy-config",
        "scheduler-proxy-logs", "scheduler-storage-exec", "check-deploy",
    ]

    /// Triggers that carry an app and no scheduler: each of ours looks up whether the app is its own.
    static let ofApps: Set<String> = ["post-certs-update", "post-certs-remove"]

    /// The same for apps on this host.
    static let ofLocalApps: Set<String> = ["check-deploy"]

    /// Triggers that carry no scheduler: the local host's own business.
    static let withoutScheduler: Set<String> = ["scheduler-register-retired"]

    /// Whether a call is ours to answer: Dokku calls every scheduler's trigger for every app. Cheap: it compares names
    /// and makes no adapter.
    package static func isOurs(_ name: String, _ arguments: [String]) -> Bool {
        if withoutScheduler.contains(name) { return true }
        guard let scheduler = arguments.first else { return name == "scheduler-run-retire" }
        // House-keeping for all apps comes with the name of some scheduler.
        if name == "scheduler-retire", arguments.count < 2 || arguments[1].isEmpty { return true }
        return Catalog.builtIn.plugins.contains { $0.manifest.scheduler == scheduler }
    }
}
