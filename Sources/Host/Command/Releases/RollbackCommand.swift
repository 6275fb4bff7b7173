import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct RollbackCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Deploy an earlier release again: its image, config, scale and checks.",
        discussion: """
            Ends with 0 when that release serves, as a new one; with 3 when its deploy failed and the release before \
            serves still; with 1 when nothing was begun. Domains, ports, storage and certificates stay as they are set.
            """)

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The release's number; the last one that differs from what serves if left out.")
    var release: Int?

    func run(on host: Host) async throws -> ExitStatus {
        try await Rollback(host, try host.app(app)).run(to: release)
        return .success
    }
}
