import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct StorageMount: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage:mount",
        abstract: "Mount a directory or volume of the host, or a storage entry, into an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "HOST-PATH-OR-VOLUME-OR-ENTRY:CONTAINER-PATH[:OPTIONS]")
    var mount = ""

    func run(on host: Host) async throws -> ExitStatus {
        try StorageMounts(host, try host.app(app)).add(mount)
        return .success
    }
}
