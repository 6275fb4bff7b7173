import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PsRestart: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps:restart", abstract: "Restart an app or one of its process types.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Restart this process type only.")
    var processType: String?

    func run(on host: Host) async throws -> ExitStatus {
        try await host.processes(app).deployKept(
            only: try processType.map { try ProcessType($0) }, isRestart: true, reason: "restart")
        return .success
    }
}
