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

    static var all: [any ParsableCommand.Type] {
        pairs(upTo: plugins.count, FirstPlace.self) + mapPairs(upTo: maps.count, FirstPlace.self)
    }

    private static func pairs<Index: Place>(upTo count: Int, _: Index.Type) -> [any ParsableCommand.Type] {
        guard Index.number < count else { return [] }
        return [PropertySet<AdapterProperties<Index>>.self, PropertyReport<AdapterProperties<Index>>.self]
            + pairs(upTo: count, NextPlace<Index>.self)
    }

    private static func mapPairs<Index: Place>(upTo count: Int, _: Index.Type) -> [any ParsableCommand.Type] {
        guard Index.number < count else { return [] }
        return [MapSet<Index>.self, MapReport<Index>.self] + mapPairs(upTo: count, NextPlace<Index>.self)
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
