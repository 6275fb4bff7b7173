import AdapterKit
import FoundationEssentials
import Glibc
import SchedulerHost

/// Calls through the files of a plugin folder.
enum PluginFiles {
    /// `dokku PLUGIN:NAME WORDS…`: a command of ours. Dokku gives the command's full name in front, perhaps under an
    /// alias; the file's place says which it is.
    static func subcommand(_ plugin: String, _ name: String, _ arguments: [String]) async -> Int32 {
        guard name != "default" else { return commands(plugin, [plugin]) }
        var words = Array(arguments.dropFirst())
        // For its own plugins Dokku puts the app of `dokku --app` there itself (contract 1.6).
        if OwnPlugin.named(plugin)?.isAlwaysInstalled == true,
            let app = ProcessInfo.processInfo.environment["DOKKU_APP_NAME"], !app.isEmpty
        {
            words.insert(app, at: 0)
        }
        let isShort = plugin == "scheduler" && OwnPlugin.shortCommands.contains(name)
        return await Linkspan.run([isShort ? name : "\(plugin):\(name)"] + words)
    }

    /// The file `commands` (contract 1.8): help, and the status that says "not mine" to all else.
    static func commands(_ plugin: String, _ arguments: [String]) -> Int32 {
        let isNotMine = ProcessInfo.processInfo.environment["DOKKU_NOT_IMPLEMENTED_EXIT"].flatMap { Int32($0) } ?? 10
        guard let lines = OwnPlugin.named(plugin)?.help.answer(arguments, showsAll: isAllAskedFor) else {
            return isNotMine
        }
        Output.line(lines.joined(separator: "\n"))
        return 0
    }

    /// Whether `dokku help --all` has called us: only its command line tells.
    private static var isAllAskedFor: Bool {
        let words = (try? Data(contentsOf: URL(filePath: "/proc/\(getppid())/cmdline"))) ?? Data()
        return words.split(separator: 0).contains(Data("--all".utf8))
    }

    /// A trigger.
    static func trigger(_ plugin: String?, _ name: String, _ arguments: [String]) async -> Int32 {
        if let trigger = RegistryTrigger(name, of: plugin) {
            return await Execution.run(arguments) { host in try await trigger.answer(arguments, on: host) }
        }
        if let trigger = LocalTrigger(name, of: plugin) {
            return await Execution.run(arguments, isTrigger: true) { host in
                try await trigger.answer(arguments, on: host)
                return .success
            }
        }
        // Another scheduler's app: leave before anything else is touched, standard input above all.
        guard let call = PluginCall(plugin: plugin, name: name, arguments: arguments) else { return 0 }
        guard let owner = call.lifeCycleOf else { return await TriggerCommand.run(name, call.arguments) }
        return await Execution.run(arguments) { host in
            guard let plugin = OwnPlugin.named(owner) else {
                throw AdapterError(.invalidInput, "Invalid plugin trigger call: \(name)")
            }
            try await LifeCycle(host, plugin).answer(name, call.arguments)
            return .success
        }
    }
}
