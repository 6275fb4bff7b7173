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
        try StorageMounts(host, try host.app(app)).remove(mount)
        return .success
    }
}
