import AdapterKit
import ArgumentParser
import SchedulerHost

/// The commands for adapters' settings, made from what the adapters declare: a new adapter, or a new setting, has its
/// commands by being in the catalogue.
///
/// A command is a type, so the adapters are counted in types.
enum AdapterCommands {
    /// The adapters that have settings.
    static let plugins = Catalog.builtIn.plugins.filter { !$0.settings.isEmpty }

    /// Their map settings.
    static let maps = plugins.flatMap { plugin in
        plugin.settings.filter { $0.map != nil }.map { (plugin: plugin, declaration: $0) }
    }

    /// Those that keep a lock.
    static let locking = Catalog.builtIn.plugins.filter { $0.manifest.capabilities.contains(.lock) }

    static var all: [any ParsableCommand.Type] {
        pairs(upTo: plugins.count, FirstPlace.self) + mapPairs(upTo: maps.count, FirstPlace.self)
            + lockPairs(upTo: locking.count, FirstPlace.self)
    }

    private static func pairs<Index: Place>(upTo count: Int, _: Index.Type) -> [any ParsableCommand.Type] {
        guard Index.number < count else { return [] }
        return [PropertySet<AdapterProperties<Index>>.self, AdapterReport<Index>.self]
            + pairs(upTo: count, NextPlace<Index>.self)
    }

    private static func mapPairs<Index: Place>(upTo count: Int, _: Index.Type) -> [any ParsableCommand.Type] {
        guard Index.number < count else { return [] }
        return [MapSet<Index>.self, MapReport<Index>.self] + mapPairs(upTo: count, NextPlace<Index>.self)
    }

    private static func lockPairs<Index: Place>(upTo count: Int, _: Index.Type) -> [any ParsableCommand.Type] {
        guard Index.number < count else { return [] }
        return [LockShow<Index>.self, LockRemove<Index>.self] + lockPairs(upTo: count, NextPlace<Index>.self)
    }

    /// A place in a list, as a type.
    protocol Place: Sendable {
        static var number: Int { get }
    }

    enum FirstPlace: Place { static let number = 0 }
    enum NextPlace<Before: Place>: Place { static var number: Int { Before.number + 1 } }
}

/// The properties of the adapter at a place of ``AdapterCommands/plugins``.
enum AdapterProperties<Index: AdapterCommands.Place>: PropertyPluginName {
    static var plugin: PropertyPlugin { PropertyCatalog.settings(of: AdapterCommands.plugins[Index.number]) }
}

/// `PLUGIN:report` of the adapter at a place of ``AdapterCommands/plugins``: its properties, and the deploy lock where
/// one is held.
struct AdapterReport<Index: AdapterCommands.Place>: HostCommand {
    static var configuration: CommandConfiguration { PropertyReport<AdapterProperties<Index>>.configuration }

    @Argument(parsing: .captureForPassthrough, help: "[APP|--global] [--format stdout|json] [--FLAG]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let plugin = AdapterCommands.plugins[Index.number]
        let request = try ReportRequest(words)
        try await request.print(on: host) { scope in
            let reports = Reports(host)
            var report = try reports.properties(of: AdapterProperties<Index>.plugin, scope)
            // A backend is asked for the one app that a person names, not for all there are.
            if request.app != nil { report.rows += try await reports.deployLock(of: plugin, scope) }
            return report
        }
        return .success
    }
}
