import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PsRetire: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps:retire",
        abstract: "Remove old instances whose time has come, and leftovers of deploys that were killed.")

    @Argument(help: "The app; all apps if left out.")
    var app: String?

    @Option(help: "Wait this many seconds first.")
    var after = 0

    func run(on host: Host) async throws -> ExitStatus {
        if after > 0 { try await Task.sleep(for: .seconds(after)) }
        try await Retirement(host).retire(try app.map { try host.app($0) })
        return .success
    }
}
