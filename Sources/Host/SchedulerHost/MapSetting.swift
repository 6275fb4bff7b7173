import AdapterKit
import DokkuIO

/// `PLUGIN:NAME:set` and `PLUGIN:NAME:report` for an adapter's map settings (contract 7.1).
package struct MapSetting: Sendable {
    private let host: Host
    private let plugin: AdapterPlugin
    private let declaration: SettingDeclaration
    private let map: SettingMap

    package init(_ host: Host, _ plugin: AdapterPlugin, _ declaration: SettingDeclaration) {
        self.host = host
        self.plugin = plugin
        self.declaration = declaration
        map = declaration.map ?? SettingMap()
    }

    /// Which part of the map; `nil` for all process types.
    package struct Part: Sendable, Equatable {
        package var process: String?
        package var resource: String?

        package init(process: String?, resource: String?) {
            self.process = process
            self.resource = resource
        }
    }

    /// Sets a name, or clears it when `value` is empty.
    package func set(_ key: String, to value: String, _ part: Part, _ scope: PropertyScope) async throws {
        guard !key.isEmpty else { throw AdapterError(.invalidInput, "No property specified") }
        if !map.keys.isEmpty, !map.keys.contains(key) {
            throw AdapterError(
                .invalidInput,
                "Invalid property specified, valid properties include: \(map.keys.sorted().joined(separator: ", "))")
        }
        let name = try "\(declaration.name).\(partName(part))"
        let properties = host.properties(plugin.propertyPlugin)
        var values = try properties.map(name, scope)
        values[key] = value.isEmpty ? nil : value
        try check(name, values)
        await host.console.headline(value.isEmpty ? "Unsetting \(key)" : "Setting \(key) to \(value)")
        try properties.setMap(name, to: values, scope)
    }

    private func check(_ name: String, _ values: [String: String]) throws {
        if declaration.name == PropertyCatalog.autoscaling {
            do {
                _ = try AutoscalingSettings(values).over(nil)
            } catch let error as AdapterError {
                throw AdapterError(.invalidInput, error.message)
            }
        } else {
            try plugin.check(name, try Properties.text(values))
        }
    }

    private func partName(_ part: Part) throws -> String {
        let process = try part.process.map { try ProcessType($0).description } ?? SettingMap.allProcesses
        guard !map.resources.isEmpty else {
            guard part.resource == nil else {
                throw AdapterError(.invalidInput, "\(declaration.name) has no resource types")
            }
            return process
        }
        guard let resource = part.resource?.lowercased(), map.resources.contains(resource) else {
            let problem = part.resource == nil ? "No resource type specified" : "Invalid resource type specified"
            throw AdapterError(
                .invalidInput, "\(problem), valid resource types include: \(map.resources.joined(separator: ", "))")
        }
        return "\(process).\(resource)"
    }

    /// One row a name: `PROCESS.RESOURCE.NAME`, where `global` stands for all process types.
    package func report(_ part: Part, _ scope: PropertyScope) throws -> Report {
        let properties = host.properties(plugin.propertyPlugin)
        var rows: [Report.Row] = []
        for name in try properties.partNames(of: declaration.name, scope) {
            let words = name.split(separator: ".", maxSplits: 1).map(String.init)
            let isWanted =
                (part.process == nil || part.process == words.first)
                && (part.resource == nil || part.resource?.lowercased() == words.last)
            guard isWanted else { continue }
            let shown = name.hasPrefix("--") ? String(name.dropFirst(2)) : name
            for (key, value) in try properties.map("\(declaration.name).\(name)", scope) {
                rows.append(.init("--\(shown).\(key)", value))
            }
        }
        return Report(
            plugin: "\(plugin.propertyPlugin):\(declaration.name)", subject: scope.description, rows: rows,
            hasLegacyKeys: false, hasPlainKeys: true)
    }
}
