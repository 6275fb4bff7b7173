import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

enum RegistryProperties: PropertyPluginName { static let plugin = PropertyCatalog.registry }

struct RegistryReport: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry:report", abstract: "Displays a registry report for one or more apps")

    @Argument(parsing: .captureForPassthrough, help: "[APP|--global] [--format stdout|json] [--FLAG]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await ReportRequest(words).print(on: host) { try await Reports(host).registry($0) }
        return .success
    }
}
