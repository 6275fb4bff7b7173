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

    @Option(help: "Wait this many seconds, then remove only what is due; how a deploy leaves it to be done later.")
    var after: Int?

    func run(on host: Host) async throws -> ExitStatus {
        if let after {
            try await Task.sleep(for: .seconds(max(0, after)))
            try await Retirement(host).retireDue(of: try host.app(app ?? ""))
            return .success
        }
        try await Retirement(host).retire(try app.map { try host.app($0) })
        return .success
    }
}
