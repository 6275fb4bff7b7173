import AdapterKit
import DokkuIO

/// A Dokku plugin that this program is: what its folder holds and what its help says.
package struct OwnPlugin: Sendable {
    /// Such as `scheduler-kubernetes`: by it Dokku finds the plugin, and the program what it is called as.
    package let name: String
    /// The scheduler whose apps its triggers are for; `nil` for a plugin that is no scheduler.
    package let scheduler: String?
    package let help: PluginHelp
    let files: [TriggerFile]
    let subcommands: [String]

    /// All of them. `scheduler` and those of schedulers that Dokku brings itself are put in place of Dokku's.
    package static let all: [OwnPlugin] = [.scheduler, .registry] + Catalog.builtIn.plugins.map { OwnPlugin($0) }

    package static func named(_ name: String) -> OwnPlugin? { all.first { $0.name == name } }

    /// Whether it is installed without being asked for: Dokku has none of that name.
    package var isAlwaysInstalled: Bool {
        guard let scheduler else { return false }
        return !["docker-local", "null"].contains(scheduler)
    }

    /// What people call it: `kubernetes` for `scheduler-kubernetes`.
    package var shortName: String { scheduler ?? name }

    /// The folder, with files that call `program`.
    package func folder(program: String, version: String) -> PluginFolder {
        var content: [String: PluginFolder.Content] = [
            "plugin.toml": .text(
                """
                [plugin]
                description = "dokku \(name) plugin \(PluginFolder.mark)"
                version = "\(version)"
                [plugin.config]

                """), "commands": .link(to: program),
        ]
        for file in files { content[file.name] = file.content(for: self, program: program) }
        for name in subcommands { content["subcommands/" + name] = .link(to: program) }
        return PluginFolder(name: name, files: content)
    }

    // MARK: which there are

    private init(
        name: String, scheduler: String? = nil, help: PluginHelp, files: [TriggerFile], subcommands: [String]
    ) {
        self.name = name
        self.scheduler = scheduler
        self.help = help
        self.files = files.filter { $0.isAnswered(by: name) }
        self.subcommands = subcommands
    }

    private static let scheduler = OwnPlugin(
        name: "scheduler", help: .scheduler,
        files: (LifeCycle.common + ["scheduler-detect"]).map { TriggerFile($0, .link) },
        subcommands: (["diff", "report", "set"] + shortCommands).sorted())

    /// Commands of the plugin `scheduler` that have no plugin's name in front where no Dokku's are beside them.
    package static let shortCommands = ["releases", "releases:diff", "releases:info", "rollback"]

    static let registryName = "registry"

    var isRegistry: Bool { name == Self.registryName }

    private static let registry = OwnPlugin(
        name: registryName, help: .registry,
        files: (LifeCycle.common + ["post-create"] + RegistryTrigger.allCases.map(\.rawValue)).map {
            TriggerFile($0, .link)
        }, subcommands: ["login", "logout", "prune", "push", "report", "set"])

    /// The plugin of an adapter. Dokku's null scheduler has neither properties nor state (contract 4.9).
    private init(_ plugin: AdapterPlugin) {
        let manifest = plugin.manifest
        let isNull = manifest.images == .none && plugin.settings.isEmpty
        let maps = plugin.settings.filter { $0.map != nil }.flatMap { ["\($0.name):report", "\($0.name):set"] }
        self.init(
            name: plugin.propertyPlugin, scheduler: manifest.scheduler, help: .scheduler(plugin),
            files: isNull
                ? TriggerFile.answers
                : TriggerFile.answers + TriggerFile.work(manifest)
                    + (LifeCycle.common + ["post-create"]).map { TriggerFile($0, .link) }
                    + (manifest.images == .registry
                        ? [TriggerFile(RegistryTrigger.extracted.rawValue, .link)] : [])
                    + (manifest.isKeptByHost ? TriggerFile.ofTheLocalHost : []),
            subcommands: isNull
                ? []
                : ["report", "set"] + maps + (manifest.capabilities.contains(.lock) ? ["locked", "unlock"] : [])
                    + (manifest.scheduler == "docker-local" ? [] : ["default"]))
    }
}
