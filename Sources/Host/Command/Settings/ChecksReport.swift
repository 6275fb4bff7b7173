import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ChecksReport: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks:report", abstract: "Report how apps are checked during a deploy.")

    @Argument(parsing: .captureForPassthrough, help: "[APP|--global] [--format stdout|json] [--FLAG]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await ReportRequest(words).print(on: host) { try Reports(host).checks($0) }
        return .success
    }
}
