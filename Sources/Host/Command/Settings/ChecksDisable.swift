import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ChecksDisable: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks:disable", abstract: "Stop old instances before new ones start (causes downtime).")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Process types, separated by commas; all if left out.")
    var types = "_all_"

    func run(on host: Host) async throws -> ExitStatus {
        try await CheckModes(host, try host.app(app)).turn(on: "disabled", off: "skipped", types: types)
        return .success
    }
}
