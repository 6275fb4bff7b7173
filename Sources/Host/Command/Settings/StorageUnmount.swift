import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct StorageUnmount: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage:unmount", abstract: "Remove a mount from an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The mount, as storage:list shows it.")
    var mount = ""

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        let mounts = try host.properties("storage").list("mounts", .app(app))
        guard mounts.contains(mount) else {
            throw AdapterError(.notFound, "Mount path does not exist.", hint: "storage:list \(app)")
        }
        try host.properties("storage").setList("mounts", to: mounts.filter { $0 != mount }, .app(app))
        return .success
    }
}
