import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct LogsFailed: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs:failed", abstract: "Show what the last failed deploy wrote.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        await host.console.headline("\(app) failed deploy logs")
        try await FailedLogs(host, app).show()
        return .success
    }
}
