import AdapterKit
import DokkuIO

/// What an adapter is made for.
package enum AdapterTarget: Sendable {
    /// What serves now, where it was deployed.
    case live
    /// The next deploy, where the settings say.
    case next
    /// What an earlier release left behind at a place.
    case at(Place)
}

extension AdapterPlugin {
    /// The plugin whose properties are the adapter's settings.
    package var propertyPlugin: String { "scheduler-" + manifest.scheduler }
}

extension Host {
    /// An adapter's settings, resolved for an app.
    func settings(of plugin: AdapterPlugin, _ app: AppName?, _ target: AdapterTarget) throws -> [String: String] {
        let properties = properties(plugin.propertyPlugin)
        var values: [String: String] = [:]
        for setting in plugin.settings {
            if setting.map == nil {
                values[setting.name] = try properties.computed(setting.name, app, default: setting.defaultValue)
            } else if setting.name != PropertyCatalog.autoscaling {
                for (part, map) in try properties.parts(of: setting.name, app) {
                    values["\(setting.name).\(part)"] = try Properties.text(map)
                }
            }
        }
        switch target {
        case .next: break
        case .at(let place): values.merge(place.settings) { $1 }
        case .live:
            guard let app, let place = try place(of: app, on: plugin.manifest.scheduler) else { break }
            values.merge(place.settings) { $1 }
        }
        return values
    }

    /// Where an app's release was deployed, if `scheduler` runs it and has more places than one.
    func place(of app: AppName, on scheduler: String) throws -> Place? {
        guard try properties("linkspan").value("scheduler", .app(app)) == scheduler else { return nil }
        return try Place.kept(app, layout)
    }

    /// Where the next deploy goes; `nil` when there is but one place.
    func nextPlace(of app: AppName, on scheduler: String) throws -> Place? {
        let plugin = try catalog.plugin(for: scheduler)
        let names = plugin.settings.filter(\.isPlace).map(\.name)
        guard !names.isEmpty else { return nil }
        let values = try settings(of: plugin, app, .next)
        return Place(settings: Dictionary(uniqueKeysWithValues: names.map { ($0, values[$0] ?? "") }))
    }
}
