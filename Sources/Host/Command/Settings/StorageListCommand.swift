import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct StorageListCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage:list", abstract: "List an app's mounts.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        await host.console.headline("\(app) volume bind-mounts:")
        for mount in try StorageMounts(host, app).list() {
            await host.console.line("       " + mount)
        }
        return .success
    }
}
