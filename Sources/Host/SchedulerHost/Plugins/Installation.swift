import AdapterKit
import DokkuIO
import ProcessStreams

/// `linkspan install`, `update` and `uninstall`: plugin folders on a Dokku host whose files are this program.
///
/// Nothing is changed before all that can be refused has been. A plugin of somebody else's is replaced only where it
/// was named, and kept for the way back, so a scheduler never has two who answer.
package struct Installation: Sendable {
    private let home: PluginHome
    private let program: String
    private let version: String
    private let console: Terminal

    /// - Parameters:
    ///   - program: where this program is; plugin files call it there.
    ///   - environment: `DOKKU_LIB_ROOT` says where Dokku is, `DOKKU_SYSTEM_USER` to whom the files are to belong.
    package init(program: String, version: String, environment: [String: String], console: Terminal) throws {
        home = try PluginHome(environment: environment)
        self.program = program
        self.version = version
        self.console = console
    }

    /// The plugins that `--take-over` can name.
    package static var names: [String] { OwnPlugin.all.map(\.shortName).sorted() }

    /// Installs the plugins that Dokku has not, and puts those named in place of Dokku's.
    package func install(takingOver names: [String]) async throws {
        let named = try names.map(Self.plugin)
        let plugins = OwnPlugin.all.filter { plugin in
            plugin.isAlwaysInstalled || named.contains { $0.name == plugin.name }
        }
        for plugin in plugins {
            let isNamed = named.contains { $0.name == plugin.name }
            switch try home.state(of: plugin.name) {
            case .absent where !plugin.isAlwaysInstalled:
                throw AdapterError(.unsupported, "this Dokku has no plugin \(plugin.name) to take over")
            case .foreign where !isNamed:
                throw AdapterError(
                    .conflict, "there is a plugin \(plugin.name) that is not Linkspan's",
                    hint: "linkspan install --take-over \((names + [plugin.shortName]).joined(separator: ","))")
            default: break
            }
        }
        for plugin in plugins { try await put(plugin) }
        if let obstacle = home.obstacle(to: program) {
            await console.report(
                .warning("Dokku's user cannot run \(program), which every plugin file leads to: see \(obstacle)"))
        }
    }

    /// Writes what is installed anew: for another version of the program, or after an upgrade of Dokku has put its own
    /// plugins in place again.
    package func update() async throws {
        let installed = try OwnPlugin.all.filter { try home.state(of: $0.name) == .ours || home.isKept($0.name) }
        guard !installed.isEmpty else {
            throw AdapterError(.invalidInput, "nothing is installed", hint: "linkspan install")
        }
        for plugin in installed { try await put(plugin) }
    }

    /// Takes away what is installed and puts back what was there before. Properties and data stay.
    /// - Parameter names: only these; none for all.
    package func uninstall(_ names: [String]) async throws {
        let plugins = names.isEmpty ? OwnPlugin.all : try names.map(Self.plugin)
        for plugin in plugins {
            let isBack = home.isKept(plugin.name)
            guard try isBack || home.state(of: plugin.name) == .ours else { continue }
            await console.step(isBack ? "Giving \(plugin.name) back" : "Uninstalling \(plugin.name)")
            try home.remove(plugin.name)
        }
    }

    private func put(_ plugin: OwnPlugin) async throws {
        let isTaken = try home.state(of: plugin.name) == .foreign || home.isKept(plugin.name)
        await console.step(isTaken ? "Taking \(plugin.name) over" : "Installing \(plugin.name)")
        try home.put(plugin.folder(program: program, version: version))
    }

    private static func plugin(_ name: String) throws -> OwnPlugin {
        guard let plugin = OwnPlugin.all.first(where: { $0.shortName == name || $0.name == name }) else {
            throw AdapterError(
                .invalidInput, "there is no plugin '\(name.prefix(80))' to take over",
                details: ["plugins: " + Self.names.joined(separator: ", ")])
        }
        return plugin
    }
}
