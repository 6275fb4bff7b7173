import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ChecksEnable: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks:enable", abstract: "Verify new instances beside the old ones again.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Process types, separated by commas; all if left out.")
    var types = "_all_"

    func run(on host: Host) async throws -> ExitStatus {
        let modes = CheckModes(host, try host.app(app))
        try await modes.turn(off: "disabled", types: types)
        try await modes.turn(off: "skipped", types: types)
        return .success
    }
}
