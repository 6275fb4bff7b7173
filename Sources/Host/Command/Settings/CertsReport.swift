import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct CertsReport: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs:report", abstract: "Report the certificates of one or more apps.")

    @Argument(parsing: .captureForPassthrough, help: "[APP] [--format stdout|json] [--FLAG]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await ReportRequest(words).print(on: host) { scope in
            guard let app = scope.app else { return Report(plugin: "ssl", subject: scope.description, rows: []) }
            return try await Certificates(host, app).report()
        }
        return .success
    }
}
