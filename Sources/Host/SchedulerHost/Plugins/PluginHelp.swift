import AdapterKit

/// A plugin's help in Dokku's forms (contract 1.8).
package struct PluginHelp: Sendable, Equatable {
    struct Command: Sendable, Equatable {
        var usage: String
        var summary: String
    }

    let name: String
    let summary: String
    let commands: [Command]
    /// Dokku's docker-local has its columns set by `column`, which leaves a blank in front of the second.
    var isShellScript = false

    /// For `dokku NAME` and `dokku NAME:help`.
    package var usage: [String] {
        let width = commands.map(\.usage.utf8.count).max() ?? 0
        let gap = isShellScript ? "   " : "  "
        return ["Usage: dokku \(name)[:COMMAND]", "", summary, "", "Additional commands:"]
            + commands.map {
                "    " + $0.usage + String(repeating: " ", count: width - $0.usage.utf8.count) + gap + $0.summary
            }
    }

    /// For `dokku help`.
    package var brief: [String] { edge + ["    \(name), \(summary)"] }

    /// For `dokku help --all`.
    package var all: [String] { edge + commands.map { "    \($0.usage), \($0.summary)" } }

    private var edge: [String] { isShellScript ? [] : [""] }

    /// - Returns: the lines for a call of the file `commands`; `nil` when the call is not for this plugin.
    package func answer(_ arguments: [String], showsAll: Bool) -> [String]? {
        switch arguments.first {
        case "help": showsAll ? all : brief
        case name, name + ":help": usage
        default: nil
        }
    }
}

extension PluginHelp {
    /// Dokku's two commands, and what it has none for.
    static let scheduler = PluginHelp(
        name: "scheduler", summary: "Manage scheduler settings for an app",
        commands: [
            Command(
                usage: "scheduler:diff <app> [--repair] [--format stdout|json]",
                summary: "Compare what runs of an app with what its release says"),
            Command(
                usage: "scheduler:releases <app> [--format stdout|json]",
                summary: "List the releases of an app and which can be gone back to"),
            Command(
                usage: "scheduler:releases:diff <app> <release> <release> [--format stdout|json]",
                summary: "Show what two releases of an app differ in"),
            Command(
                usage: "scheduler:releases:info <app> <release> [--format stdout|json]",
                summary: "Show what a release was made of and what came of it"),
            Command(
                usage: "scheduler:report [<app>] [<flag>]",
                summary: "Displays a scheduler report for one or more apps"),
            Command(
                usage: "scheduler:rollback <app> [<release>]", summary: "Deploy an earlier release of an app again"),
            Command(
                usage: "scheduler:set <app> <property> (<value>)",
                summary: "Set or clear a scheduler property for an app"),
        ])

    /// Dokku's four commands, and what it has none for.
    static let registry = PluginHelp(
        name: "registry", summary: "Manage registry settings for an app",
        commands: [
            Command(
                usage: "registry:login [--global|--password-stdin] [<app>] <server> <username> [<password>]",
                summary: "Login to a docker registry"),
            Command(usage: "registry:logout [--global] [<app>] <server>", summary: "Logout from a docker registry"),
            Command(
                usage: "registry:prune <app> [--keep <n>] [--dry-run]",
                summary: "Remove old numbered tags of an app from its registry"),
            Command(
                usage: "registry:push <app> <image>",
                summary: "Push an image to an app's registry and print its digest reference"),
            Command(
                usage: "registry:report [<app>] [<flag>]", summary: "Displays a registry report for one or more apps"),
            Command(
                usage: "registry:set <app>|--global <property> (<value>)",
                summary: "Set or clear a registry property for an app"),
        ])

    static func scheduler(_ plugin: AdapterPlugin) -> PluginHelp {
        let name = plugin.propertyPlugin
        let isDockerLocal = plugin.manifest.scheduler == "docker-local"
        var commands: [Command] = []
        if !plugin.settings.isEmpty {
            commands = [
                Command(
                    usage: "\(name):report [<app>] [<flag>]",
                    summary: "Displays a \(name) report for one or more apps"),
                Command(
                    usage: "\(name):set \(isDockerLocal ? "[<app>|--global]" : "<app>") <property> (<value>)",
                    summary: "Set or clear a \(name) property for an app" + (isDockerLocal ? " or globally" : "")),
            ]
        }
        for setting in plugin.settings where setting.map != nil {
            commands += [
                Command(
                    usage: "\(name):\(setting.name):report [<app>] [<flag>]",
                    summary: "Displays the \(setting.name) of one or more apps"),
                Command(
                    usage: "\(name):\(setting.name):set <app> <property> (<value>)",
                    summary: "Set or clear one of the \(setting.name) of an app"),
            ]
        }
        if plugin.manifest.capabilities.contains(.lock) {
            commands += [
                Command(usage: "\(name):locked <app>", summary: "Show who deploys an app on whichever host"),
                Command(usage: "\(name):unlock <app>", summary: "Take an app's deploy lock away from its holder"),
            ]
        }
        return PluginHelp(
            name: name,
            summary: (isDockerLocal ? "Manage" : "Manages")
                + " the \(plugin.manifest.scheduler) scheduler integration for an app",
            commands: commands.sorted { $0.usage < $1.usage }, isShellScript: isDockerLocal)
    }
}
