import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ChecksSkip: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks:skip", abstract: "Start new instances beside the old ones without checking them.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Process types, separated by commas; all if left out.")
    var types = "_all_"

    func run(on host: Host) async throws -> ExitStatus {
        try await CheckModes(host, try host.app(app)).turn(on: "skipped", off: "disabled", types: types)
        return .success
    }
}
