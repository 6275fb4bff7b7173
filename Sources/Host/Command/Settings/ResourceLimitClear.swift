import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ResourceLimitClear: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "resource:limit-clear",
        abstract: "Clear the resource limits of an app or one of its process types.")

    @Option(help: "For this process type only.")
    var processType: String?

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try ResourceKeys(host, try host.app(app), processType: processType, kind: "limit").clear()
        return .success
    }
}
