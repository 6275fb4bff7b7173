import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct AppsExists: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "apps:exists", abstract: "Check whether an app exists.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        _ = try host.app(app)
        return .success
    }
}
