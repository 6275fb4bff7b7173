import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct StorageMount: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage:mount", abstract: "Mount a directory or volume of the host into an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "HOST-PATH-OR-VOLUME:CONTAINER-PATH[:OPTIONS]")
    var mount = ""

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        let mount = try Mount(mount).description
        let mounts = try host.properties("storage").list("mounts", .app(app))
        guard !mounts.contains(mount) else { throw AdapterError(.conflict, "Mount path already exists.") }
        try host.properties("storage").setList("mounts", to: mounts + [mount], .app(app))
        return .success
    }
}
