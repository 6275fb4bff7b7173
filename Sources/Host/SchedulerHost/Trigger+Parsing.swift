import AdapterKit

/// A trigger's arguments taken apart. They are read by position, missing ones are empty, further ones ignored, and
/// one `--` behind the fixed ones is dropped: so calls of all Dokku versions are understood (contract 8.1).
package struct TriggerCall: Sendable, Equatable {
    package var trigger: Trigger
    package var scheduler: String
    /// Empty where the call names none.
    package var app: String

    /// - Throws: ``AdapterError`` for a name that is no trigger.
    package init(_ name: String, _ arguments: [String]) throws {
        if name == "scheduler-register-retired" {
            func argument(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }
            scheduler = "docker-local"
            app = argument(0)
            trigger = .registerRetired(id: argument(1), wait: Int(argument(2)) ?? 60)
            return
        }
        scheduler = arguments.first ?? ""
        app = arguments.count > 1 ? arguments[1] : ""
        let rest = Array(arguments.dropFirst(2))
        func argument(_ index: Int) -> String { index < rest.count ? rest[index] : "" }
        switch name {
        case "scheduler-deploy": trigger = .deploy(tag: argument(0), only: argument(1).isEmpty ? nil : argument(1))
        case "scheduler-is-deployed": trigger = .isDeployed
        case "scheduler-app-status": trigger = .appStatus
        case "scheduler-stop": trigger = .stop(removing: argument(0) == "true")
        case "scheduler-post-delete": trigger = .postDelete
        case "scheduler-retire": trigger = .retire
        case "scheduler-pre-restore", "pre-restore": trigger = .preRestore
        case "scheduler-enter": trigger = .enter(rest)
        case "scheduler-inspect": trigger = .inspect
        case "scheduler-logs":
            trigger = .logs(
                process: argument(0), follow: argument(1) == "true", isRaw: argument(2) == "true",
                count: Int(argument(3)))
        case "scheduler-logs-failed": trigger = .logsFailed
        case "scheduler-run":
            let count = min(max(0, Int(argument(0)) ?? 0), max(0, rest.count - 1))
            var words = Array(rest.dropFirst(1 + count))
            if words.first == "--" { words.removeFirst() }
            trigger = .run(environment: Array(rest.dropFirst().prefix(count)), words: words)
        case "scheduler-run-list": trigger = .runList(format: argument(0).isEmpty ? "stdout" : argument(0))
        case "scheduler-run-logs":
            trigger = .runLogs(
                name: argument(0), follow: argument(1) == "true", isRaw: argument(2) == "true", count: Int(argument(3)))
        case "scheduler-run-stop": trigger = .runStop(name: argument(0))
        case "scheduler-run-retire": trigger = .runRetire
        case "scheduler-uses-host-cron": trigger = .usesHostCron
        case "scheduler-cron-write", "cron-write": trigger = .cronWrite
        case "post-certs-update", "post-certs-remove": trigger = .certificateChanged
        case "scheduler-proxy-config", "scheduler-proxy-logs": trigger = .proxy(type: argument(0))
        case "scheduler-storage-exec": trigger = Self.storageExec(rest)
        case "check-deploy": trigger = .checkDeploy(try ContainerCall(rest))
        default: throw AdapterError(.invalidInput, "Invalid plugin trigger call: \(name)")
        }
    }

    /// `IMAGE --interactive=BOOL --tty=BOOL [--as-user UID] [-- COMMAND…]`, behind the entry's name.
    private static func storageExec(_ rest: [String]) -> Trigger {
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        let options = rest[..<end]
        let user = options.firstIndex(of: "--as-user").flatMap { $0 + 1 < end ? rest[$0 + 1] : nil }
        return .storageExec(
            image: rest.first ?? "", words: Array(rest[end...].dropFirst()), user: user,
            hasTerminal: options.contains("--tty=true"))
    }
}
