import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

/// Names a plugin whose properties `PLUGIN:set` and `PLUGIN:report` are about.
protocol PropertyPluginName: Sendable {
    static var plugin: PropertyPlugin { get }
}

enum CronProperties: PropertyPluginName { static let plugin = PropertyCatalog.cron }
enum SchedulerProperties: PropertyPluginName { static let plugin = PropertyCatalog.scheduler }
enum PsProperties: PropertyPluginName { static let plugin = PropertyCatalog.ps }
enum ChecksProperties: PropertyPluginName { static let plugin = PropertyCatalog.checks }
enum NetworkProperties: PropertyPluginName { static let plugin = PropertyCatalog.network }
enum ProxyProperties: PropertyPluginName { static let plugin = PropertyCatalog.proxy }
enum NginxProperties: PropertyPluginName { static let plugin = PropertyCatalog.nginx }

/// `PLUGIN:set <app>|--global <property> [<value>]`
struct PropertySet<Name: PropertyPluginName>: HostCommand {
    static var configuration: CommandConfiguration {
        let lines = Name.plugin.properties.map { property in
            let fallback = property.defaultValue.isEmpty ? "" : " (default: \(property.defaultValue))"
            return "  \(property.name) — \(property.summary)\(fallback)"
        }
        return CommandConfiguration(
            commandName: "\(Name.plugin.name):set", abstract: "Set or clear a \(Name.plugin.name) property.",
            discussion: "Properties:\n" + lines.joined(separator: "\n"))
    }

    @Flag(help: "For all apps that have no value of their own.")
    var global = false

    @Argument(help: "APP PROPERTY [VALUE]; no APP with --global. Without a value the property is cleared.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        var rest = words[...]
        let scope = global ? PropertyScope.global : .app(try host.app(rest.popFirst() ?? ""))
        let property = rest.popFirst() ?? ""
        try await PropertySetting(host, Name.plugin).set(property, to: rest.first ?? "", scope)
        return .success
    }
}

/// `PLUGIN:report [<app>|--global] [<flag>]`
struct PropertyReport<Name: PropertyPluginName>: HostCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "\(Name.plugin.name):report",
            abstract: "Report the \(Name.plugin.name) properties of one or more apps.")
    }

    @Argument(parsing: .captureForPassthrough, help: "[APP|--global] [--format stdout|json] [--FLAG]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await ReportRequest(words).print(on: host) { try Reports(host).properties(of: Name.plugin, $0) }
        return .success
    }
}
