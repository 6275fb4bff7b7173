import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

/// Names a plugin that keeps lists for an app.
protocol ListPluginName: Sendable {
    static var plugin: String { get }
}

enum DomainsList: ListPluginName { static let plugin = "domains" }
enum PortsList: ListPluginName { static let plugin = "ports" }
enum StorageList: ListPluginName { static let plugin = "storage" }
enum DockerOptionsList: ListPluginName { static let plugin = "docker-options" }
enum ResourceList: ListPluginName { static let plugin = "resource" }

/// `PLUGIN:report [<app>] [<flag>]`
struct ListReport<Name: ListPluginName>: HostCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "\(Name.plugin):report", abstract: "Report the \(Name.plugin) settings of one or more apps.")
    }

    @Argument(parsing: .captureForPassthrough, help: "[APP] [--format stdout|json] [--FLAG]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await ReportRequest(words).print(on: host) { try Reports(host).lists(Name.plugin, $0) }
        return .success
    }
}
