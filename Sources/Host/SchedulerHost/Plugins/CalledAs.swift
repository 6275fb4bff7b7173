/// What the program is called as. Dokku runs files of plugin folders (contract 1.1, 1.6); all of them are this program,
/// so the path of the file that was run tells which plugin is meant, and what of it.
package enum CalledAs: Sendable, Equatable {
    /// A trigger; `plugin` is `nil` for a file outside of a plugin folder of ours, which answers for all schedulers.
    case trigger(plugin: String?, name: String)
    case subcommand(plugin: String, name: String)
    /// The plugin's help and catch-all (contract 1.8).
    case commands(plugin: String)
    /// Itself: people type commands.
    case program

    /// - Parameter path: the file that was run. Compared as text, before anything else of the program runs.
    package init(path: String) {
        let parts = path.split(separator: "/").suffix(3).map(String.init)
        guard let name = parts.last, name != "linkspan" else {
            self = .program
            return
        }
        let parent = parts.count > 1 ? parts[parts.count - 2] : ""
        let plugin = OwnPlugin.isName(parent) ? parent : nil
        if parent == "subcommands", parts.count == 3, OwnPlugin.isName(parts[0]) {
            self = .subcommand(plugin: parts[0], name: name)
        } else if name == "commands", let plugin {
            self = .commands(plugin: plugin)
        } else if Trigger.names.contains(name) || plugin != nil {
            self = .trigger(plugin: plugin, name: name)
        } else {
            self = .program
        }
    }
}

extension OwnPlugin {
    /// Whether a plugin folder of ours may have that name. Cheap: the plugins themselves are not made for it.
    static func isName(_ text: String) -> Bool {
        text == "scheduler" || text == "registry"
            || text.hasPrefix("scheduler-")
                && Catalog.builtIn.plugins.contains {
                    text.hasSuffix($0.manifest.scheduler) && $0.propertyPlugin == text
                }
    }
}
