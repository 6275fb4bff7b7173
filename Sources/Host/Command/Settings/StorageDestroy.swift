import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct StorageDestroy: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage:destroy", abstract: "Delete a storage entry that no app mounts, and what is stored in it."
    )

    @Argument(help: "The entry's name.")
    var name = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await Storage(host).destroy(name)
        return .success
    }
}
