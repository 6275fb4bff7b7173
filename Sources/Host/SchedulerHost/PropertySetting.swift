import AdapterKit
import DokkuIO

/// `PLUGIN:set` (contract 4.3).
package struct PropertySetting: Sendable {
    private let host: Host
    private let plugin: PropertyPlugin

    package init(_ host: Host, _ plugin: PropertyPlugin) {
        self.host = host
        self.plugin = plugin
    }

    /// Sets a property, or clears it when `value` is empty. The order of checks is Dokku's.
    package func set(_ property: String, to value: String, _ scope: PropertyScope) async throws {
        let known = plugin.properties.first { $0.name == property }
        if scope == .global, known?.isGlobal != true, !plugin.isShellScript {
            throw AdapterError(.invalidInput, "Property cannot be specified globally")
        }
        let noun = plugin.isShellScript ? ("key", "keys") : ("property", "properties")
        guard !property.isEmpty else { throw AdapterError(.invalidInput, "No \(noun.0) specified") }
        guard let known, scope == .global || known.isPerApp else {
            let names = plugin.properties.filter { $0.isPerApp && !$0.isAddition }
                .map(\.name).sorted().joined(separator: ", ")
            throw AdapterError(.invalidInput, "Invalid \(noun.0) specified, valid \(noun.1) include: \(names)")
        }
        if known.isSeconds, !value.isEmpty, Seconds.parse(value) == nil {
            throw AdapterError(
                .invalidInput, "\(property) must be \(Seconds.rule()), not '\(value.prefix(40))'",
                hint: "\(plugin.name):set APP \(property) \(known.defaultValue)")
        }
        try await check(property, value)
        await host.console.headline(
            value.isEmpty ? "Unsetting \(property)" : "Setting \(property) to \(known.shown(value))")
        try host.properties(plugin.name).set(property, to: value, scope)
        if plugin.name == PropertyCatalog.cron.name {
            try await Crontab(host).refresh()
            try await CronKeeper(host).keep(scope.app)
        }
    }

    /// A value that would break every deploy is refused; one that can never do anything is worth a word.
    private func check(_ property: String, _ value: String) async throws {
        try checkSetting(property, value)
        if plugin.name == "scheduler", property == PropertyCatalog.releasesKept, !value.isEmpty {
            _ = try KeptReleases.count(value)
        }
        if plugin.name == "ps", property == "restart-policy", !value.isEmpty, RestartPolicy(value) == nil {
            throw AdapterError(
                .invalidInput, "Invalid restart-policy specified", hint: "ps:set APP restart-policy on-failure:10")
        }
        if plugin.name == "scheduler", property == "selected", !value.isEmpty {
            for line in try Selection(host).warning(about: value) { await host.console.report(.warning(line)) }
        }
    }

    /// An adapter's setting must be one that the adapter takes. Dokku's own plugin takes any text.
    private func checkSetting(_ property: String, _ value: String) throws {
        guard !value.isEmpty, !plugin.isShellScript,
            let adapter = host.catalog.plugins.first(where: { $0.propertyPlugin == plugin.name })
        else { return }
        try adapter.check(property, value)
    }
}

extension AdapterPlugin {
    /// Lets the adapter say whether it takes a setting's value, in the words that a deploy would fail with.
    /// - Throws: ``AdapterError`` when it does not; what is wrong with other settings does not count here.
    func check(_ property: String, _ value: String) throws {
        do {
            _ = try make(
                AdapterContext(
                    settings: Settings(plugin: propertyPlugin, values: [property: value]), variables: [:],
                    readFile: { _ in [] }, runOnHost: { _ in .success }, now: { 0 }))
        } catch let error as AdapterError where error.message.hasPrefix("\(propertyPlugin) property \(property) ") {
            throw AdapterError(.invalidInput, error.message, details: error.details)
        } catch {}
    }
}
