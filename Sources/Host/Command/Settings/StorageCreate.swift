import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct StorageCreate: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage:create", abstract: "Name storage that a scheduler provides.",
        discussion: "The scheduler makes it with the first deploy of an app that mounts it.")

    @Argument(help: "The entry's name.")
    var name = ""

    @Option(help: "How large, such as 1Gi.")
    var size = ""

    @Option(help: "ReadWriteOnce, ReadOnlyMany, ReadWriteMany or ReadWriteOncePod.")
    var accessMode = ""

    @Option(help: "What kind of storage; the scheduler's default if left out.")
    var storageClass = ""

    @Option(help: "The scheduler's namespace; the app's if left out.")
    var namespace = ""

    @Option(help: "The scheduler that provides it.")
    var scheduler: String?

    func run(on host: Host) async throws -> ExitStatus {
        let entry = StorageEntry(
            name: name, size: size, accessMode: accessMode, storageClass: storageClass, namespace: namespace)
        try await Storage(host).create(entry, scheduler: scheduler)
        return .success
    }
}
