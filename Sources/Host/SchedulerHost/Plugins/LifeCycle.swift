import AdapterKit
import DokkuIO

/// What becomes of a plugin's properties and data as plugins and apps come, go and get other names (contract 1.9, 2.2,
/// 4.6, 4.8). All of it can be done twice.
package struct LifeCycle: Sendable {
    private let host: Host
    private let plugin: OwnPlugin

    /// What every plugin with properties answers.
    static let common = ["install", "post-app-clone-setup", "post-app-rename-setup", "post-delete", "report"]

    package static let names = Set(common + ["post-create", "scheduler-detect"])

    package init(_ host: Host, _ plugin: OwnPlugin) {
        self.host = host
        self.plugin = plugin
    }

    /// - Parameter arguments: what Dokku gives; missing ones are empty, further ones ignored.
    package func answer(_ name: String, _ arguments: [String]) async throws {
        func argument(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }
        switch name {
        case "install": try await install()
        case "scheduler-detect":
            // Not looked up: Dokku asks about apps that are about to be, too (contract 4.4).
            let app = ["", "--global"].contains(argument(0)) ? nil : try AppName(argument(0))
            await host.console.line(try host.scheduler(of: app))
        case "report": try await report(argument(0))
        case "post-create": try makeData(AppName(argument(0)))
        case "post-delete": try await forget(AppName(argument(0)))
        case "post-app-clone-setup": try await clone(from: AppName(argument(0)), to: AppName(argument(1)))
        case "post-app-rename-setup": try await rename(AppName(argument(0)), to: AppName(argument(1)))
        default: throw AdapterError(.invalidInput, "Invalid plugin trigger call: \(name)")
        }
    }

    private var properties: Properties { host.properties(plugin.name) }

    private func install() async throws {
        let folders = [plugin.name] + (plugin.scheduler == nil ? [] : ["linkspan"])
        try PluginState(host.layout, host.environment).setUp(
            properties: folders, data: plugin.scheduler.map { _ in plugin.name })
        if plugin.scheduler != nil {
            try PluginState(host.layout, host.environment).setUp(properties: [], data: Ledger.owner)
        }
        if plugin.name == "scheduler" { try await Migration(host).run() }
        if plugin.scheduler == "docker-local" { try await LocalSetUp(host).setUp() }
    }

    private func report(_ app: String) async throws {
        guard let known = PropertyCatalog.all(host.catalog).first(where: { $0.name == plugin.name }) else { return }
        try await ReportRequest(app.isEmpty ? [] : [app]).print(on: host) { scope in
            plugin.isRegistry
                ? try await Reports(host).registry(scope) : try Reports(host).properties(of: known, scope)
        }
    }

    // MARK: apps

    /// Logins lie beside the registry plugin's properties (contract 5.9).
    private func makeData(_ app: AppName) throws {
        try StateFiles.makeFolder(
            plugin.isRegistry
                ? host.layout.properties(plugin.name, .app(app)) : host.layout.data(plugin.name, app))
    }

    private func forget(_ app: AppName) async throws {
        // The app's own scheduler is no longer known here: what it may have left on this machine goes in any case.
        if plugin.scheduler == "docker-local" { try await tearDown(app) }
        if plugin.scheduler != nil { await KeptReleases(host, app).forgetImages() }
        try forgetState(of: app)
    }

    private func forgetState(of app: AppName) throws {
        try properties.destroy(app)
        if plugin.scheduler != nil {
            try host.properties("linkspan").destroy(app)
            try Ledger.destroy(app, host.layout)
        }
        guard plugin.scheduler != nil || plugin.isRegistry else { return }
        try StateFiles.removeFolder(host.layout.data(plugin.name, app))
    }

    private func clone(from old: AppName, to new: AppName) async throws {
        try properties.clone(from: old, to: new)
        guard plugin.scheduler == "docker-local" else { return }
        // Dokku copies the app's folder: these are the other app's containers.
        try LocalState(host.layout, new).relocate([])
    }

    /// The calls that follow for `old` go to the host's scheduler, not to the app's: what it runs is taken down now.
    private func rename(_ old: AppName, to new: AppName) async throws {
        if plugin.scheduler != nil, plugin.scheduler != "docker-local", try isRun(old, renamed: new) {
            try await tearDown(old)
        }
        try properties.clone(from: old, to: new)
        // The first of our plugins that Dokku calls takes the releases along.
        try Ledger.copy(from: old, to: new, host.layout)
        await KeptReleases(host, new).keepImages()
        if plugin.scheduler == "docker-local" { try LocalState(host.layout, new).relocate([]) }
        if plugin.scheduler != nil { await KeptReleases(host, old).forgetImages() }
        try forgetState(of: old)
    }

    /// Whether this scheduler runs something of `old`, whose choice of a scheduler may be `new`'s by now.
    private func isRun(_ old: AppName, renamed new: AppName) throws -> Bool {
        let served = try host.properties("linkspan").value("scheduler", .app(old))
        if let served { return served == plugin.scheduler }
        return try [old, new].contains {
            try host.properties("scheduler").value("selected", .app($0)) == plugin.scheduler
        }
    }

    private func tearDown(_ app: AppName) async throws {
        guard let scheduler = plugin.scheduler else { return }
        let live = try host.apps.exists(app) ? host.reader(app).liveApp() : App(name: app)
        try await host.adapter(scheduler: scheduler, app: app).remove(live, console: host.console)
    }
}
