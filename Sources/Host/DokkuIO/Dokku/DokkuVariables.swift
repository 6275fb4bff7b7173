import AdapterKit

/// What Dokku says of a call in variables instead of arguments (contract 1.5, 2.15).
package struct DokkuVariables: Sendable, Equatable {
    /// The command that a person gave, such as `ps:restart`; empty for none.
    package let command: String
    /// Names the build that deploys; empty for none.
    package let build: String
    /// Names the command and all that it calls; empty for none. Files that no release has committed yet carry it.
    package let commandID: String
    /// Whether headlines and progress are left out.
    package let isQuiet: Bool
    /// Whether the workload and we are to be talkative.
    package let isTraced: Bool
    /// Whether nobody waits for a one-off task.
    package let isDetached: Bool
    /// Whether a one-off task gets a terminal; `nil` if the person has one.
    package let hasTerminal: Bool?
    /// Seconds that a one-off task may live.
    package let timeToLive: Int?
    /// The cron entry that a one-off task belongs to.
    package let cronID: String?
    /// What happens when another task of that entry runs.
    package let concurrency: OneOffTask.Concurrency?
    /// Labels for one-off tasks, of the flags that stood before the command.
    package let labels: [String: String]
    /// Options for every container that runs, as words.
    package let runOptions: [String]
    /// Whether images of retired containers are to go too.
    package let retiresImages: Bool

    package init(_ environment: [String: String]) {
        func text(_ name: String) -> String { environment["DOKKU_" + name] ?? "" }
        command = text("COMMAND")
        build = text("BUILD_ID")
        commandID = text("PID").filter { $0.isASCII && $0.isNumber }
        isQuiet = !text("QUIET_OUTPUT").isEmpty
        isTraced = !text("TRACE").isEmpty
        isDetached = text("DETACH_CONTAINER") == "1"
        hasTerminal = text("FORCE_TTY") == "true" ? true : text("DISABLE_TTY") == "true" ? false : nil
        timeToLive = Int(text("RUN_TTL_SECONDS"))
        cronID = text("CRON_ID").isEmpty ? nil : text("CRON_ID")
        concurrency = OneOffTask.Concurrency(rawValue: text("CONCURRENCY_POLICY"))
        retiresImages = text("SKIP_IMAGE_RETIRE") != "true" && text("SKIP_IMAGE_CLEANUP_REGISTRATION").isEmpty
        let flags = (try? ShellWords.split(text("GLOBAL_FLAGS"), what: "the flags")) ?? []
        labels = flags.filter { $0.hasPrefix("--label=") }.reduce(into: [:]) { labels, word in
            let pair = word.dropFirst(8).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            labels[String(pair[0])] = pair.count == 2 ? String(pair[1]) : ""
        }
        runOptions = (try? ShellWords.split(text("GLOBAL_RUN_ARGS"), what: "the options for all containers")) ?? []
    }

    /// Why Dokku deploys, in the word of the command that a person gave.
    package var reason: String {
        switch command {
        case "ps:restart", "ps:scale", "ps:start", "ps:rebuild", "ps:restore": String(command.dropFirst(3))
        case _ where command.hasPrefix("config:"): "config"
        case _ where command.hasPrefix("certs:"): "certificate"
        default: "deploy"
        }
    }
}
