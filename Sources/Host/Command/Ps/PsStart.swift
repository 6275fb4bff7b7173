import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PsStart: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps:start", abstract: "Start an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await host.processes(app).start()
        return .success
    }
}
