import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct AppsCreate: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "apps:create", abstract: "Create a new app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await AppLifecycle(host).create(app.isEmpty ? AppName(app) : NewName.take(app))
        return .success
    }
}
