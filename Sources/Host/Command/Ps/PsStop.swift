import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PsStop: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps:stop", abstract: "Stop an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await host.processes(app).stop()
        return .success
    }
}
