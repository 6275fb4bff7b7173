import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ResourceReserveClear: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "resource:reserve-clear",
        abstract: "Clear the resource reservations of an app or one of its process types.")

    @Option(help: "For this process type only.")
    var processType: String?

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try ResourceKeys(host, try host.app(app), processType: processType, kind: "reserve").clear()
        return .success
    }
}
