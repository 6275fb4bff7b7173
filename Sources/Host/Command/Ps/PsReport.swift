import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PsReport: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps:report", abstract: "Report how the processes of one or more apps fare.")

    @Argument(parsing: .captureForPassthrough, help: "[APP|--global] [--format stdout|json] [--FLAG]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await ReportRequest(words).print(on: host) { try await Reports(host).processes($0) }
        return .success
    }
}
