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

    @Argument(
        parsing: .captureForPassthrough,
        help: "APP|--global PROPERTY [VALUE]; --global is for apps without a value of their own. No VALUE clears it.")
    var words: [String] = []

    func validate() throws { _ = try PropertyWords(words, Name.plugin) }

    func run(on host: Host) async throws -> ExitStatus {
        let words = try PropertyWords(words, Name.plugin)
        let scope = words.isGlobal ? PropertyScope.global : .app(try host.app(words.app))
        try await PropertySetting(host, Name.plugin).set(words.property, to: words.value, scope)
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
