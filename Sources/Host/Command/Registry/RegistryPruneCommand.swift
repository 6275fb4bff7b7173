import AdapterKit
import ArgumentParser
import SchedulerHost

struct RegistryPruneCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "registry:prune", abstract: "Remove an app's old numbered tags from its registry.",
        discussion: """
            The newest numbers stay, and so does whatever another tag or the release that serves leads to. The registry \
            must allow deletion; most free the space later, when they collect what nobody names.
            """)

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Option(help: "How many of the newest numbers stay.")
    var keep = 5

    @Flag(help: "Only tell what would be removed.")
    var dryRun = false

    func run(on host: Host) async throws -> ExitStatus {
        try await RegistryPrune(host, try host.app(app)).run(keeping: keep, pretends: dryRun)
        return .success
    }
}
