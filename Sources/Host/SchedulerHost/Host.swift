import AdapterKit
import DokkuIO
import ProcessStreams
import FoundationEssentials

/// The program around the adapters: where state is, who listens, how an adapter is made.
package struct Host: Sendable {
    package let layout: DokkuLayout
    package let environment: [String: String]
    package let console: Terminal
    package let catalog: Catalog
    /// Whether headlines and progress are left out: `--quiet`.
    package let isQuiet: Bool
    /// What Dokku says of the call beside its arguments.
    package let variables: DokkuVariables
    /// The plugins of the Dokku that called us; `nil` for none.
    package let plugn: Plugn?

    /// - Parameter environment: the process's variables.
    package init(environment: [String: String], catalog: Catalog = .builtIn) throws {
        layout = try DokkuLayout(environment: environment)
        self.environment = environment
        self.catalog = catalog
        variables = DokkuVariables(environment)
        isQuiet = variables.isQuiet
        plugn = layout.isDokku ? Plugn(layout, environment: environment) : nil
        console = Terminal(
            isQuiet: isQuiet,
            showsTerminal: environment["TERM"] != "dumb")
    }

    /// Where this program is.
    package var program: String { (try? StateFiles.linkTarget("/proc/self/exe")) ?? "linkspan" }

    package var apps: AppStore { AppStore(layout) }

    /// - Parameter tag: the image's tag that Dokku called us with; empty for none.
    package func reader(_ app: AppName, tag: String = "") -> AppReader {
        AppReader(layout, app, plugn, tag: tag, command: variables.commandID)
    }

    /// What the app's scheduler says of itself.
    package func manifest(of app: AppName) throws -> Manifest { try catalog.plugin(for: scheduler(of: app)).manifest }

    package func properties(_ plugin: String) -> Properties { Properties(layout, plugin: plugin) }

    /// Whether the workload and we are to be talkative: `--trace` or `DOKKU_TRACE`.
    package var isTraced: Bool { variables.isTraced }

    /// The scheduler that an app has selected: its own, else the host's, else docker-local (contract 4.4).
    package func scheduler(of app: AppName?) throws -> String {
        try properties("scheduler").computed("selected", app, default: "docker-local")
    }

    /// The adapter that an app has selected, with its settings for that app.
    package func adapter(for app: AppName?, _ target: AdapterTarget = .live) throws -> any Adapter {
        try adapter(scheduler: scheduler(of: app), app: app, target)
    }

    /// - Parameter target: whether it is about what serves, or about where the next deploy goes.
    package func adapter(scheduler: String, app: AppName?, _ target: AdapterTarget = .live) throws -> any Adapter {
        let plugin = try catalog.plugin(for: scheduler)
        let name = plugin.propertyPlugin
        let values = try settings(of: plugin, app, target)
        let requests = console.requests
        let trace: (@Sendable (String) -> Void)? = isVerbose ? { @Sendable line in requests.note(line) } : nil
        var context = AdapterContext(
            settings: Settings(plugin: name, values: values),
            variables: environment.filter { plugin.variables.contains($0.key) }, origin: layout.origin,
            readFile: Self.readFile, listFolder: Self.listFolder,
            runOnHost: { words in try await HostPrograms.run(words).status }, outputOnHost: HostPrograms.output,
            now: { Int(Date().timeIntervalSince1970) }, trace: trace)
        if let plugn {
            let events = ContainerEvents(plugn: plugn, scheduler: scheduler)
            context.tell = { event in try await events.tell(event) }
        }
        return try plugin.make(context)
    }

    @Sendable static func readFile(_ path: String) throws -> [UInt8] {
        guard let bytes = try StateFiles.read(path) else {
            throw AdapterError(.invalidSettings, "there is no file \(path)")
        }
        return bytes
    }

    @Sendable static func listFolder(_ path: String) throws -> [String] {
        guard StateFiles.isFolder(path) else {
            throw AdapterError(.invalidSettings, "there is no folder \(path)")
        }
        return try StateFiles.names(in: path)
    }

    /// Whether each request to a backend is told: `--verbose`.
    package var isVerbose: Bool { environment["LINKSPAN_VERBOSE"]?.isEmpty == false }

    /// The app's adapter in a role beyond the required calls.
    /// - Parameter what: what the person wants, as in "the null scheduler cannot WHAT".
    /// - Throws: ``AdapterError`` with code `unsupported` when its manifest does not declare the role.
    package func role<Role>(
        _ role: Role.Type, _ capability: Capability, of app: AppName, _ target: AdapterTarget = .live, to what: String
    ) throws -> Role {
        let scheduler = try scheduler(of: app)
        guard let adapter = try optionalRole(role, capability, of: app, on: scheduler, target) else {
            throw AdapterError(
                .unsupported, "the \(scheduler) scheduler cannot \(what)",
                hint: able(capability).map { "scheduler:set \(app) selected \($0)" })
        }
        return adapter
    }

    /// A scheduler that has the role, docker-local before all others.
    private func able(_ capability: Capability) -> String? {
        let names = catalog.plugins.map(\.manifest).filter { $0.capabilities.contains(capability) }.map(\.scheduler)
        return names.first { $0 == "docker-local" } ?? names.sorted().first
    }

    /// The adapter of `scheduler` in a role beyond the required calls; `nil` when its manifest does not declare it. A
    /// program answers to every role in Swift, so only the manifest counts.
    package func optionalRole<Role>(
        _ role: Role.Type, _ capability: Capability, of app: AppName?, on scheduler: String,
        _ target: AdapterTarget = .live
    ) throws -> Role? {
        guard try catalog.plugin(for: scheduler).manifest.capabilities.contains(capability) else { return nil }
        return try adapter(scheduler: scheduler, app: app, target) as? Role
    }
}

extension Manifest {
    /// `adapter` where this host retires what it replaces; `nil` for those who do so themselves.
    func retiring(_ adapter: any Adapter) -> (any InstanceRetiring)? {
        isKeptByHost ? adapter as? any InstanceRetiring : nil
    }
}
