import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct StorageExec: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "storage:exec", abstract: "Run a command with a storage entry mounted at /data.")

    @Option(help: "The user to run as.")
    var asUser: String?

    @Flag(help: "No terminal, even if there is one.")
    var noTty = false

    @Argument(help: "The entry's name.")
    var name = ""

    @Argument(help: "The image to run.")
    var image = ""

    @Argument(parsing: .captureForPassthrough, help: "[--] COMMAND…; a shell if left out.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        guard !image.isEmpty else {
            throw AdapterError(
                .invalidInput, "Please specify an image to run", hint: "storage:exec NAME IMAGE -- COMMAND")
        }
        return try await Storage(host).execute(
            name, image: ImageReference(image), TaskOptions.command(words), user: asUser,
            hasTerminal: noTty ? false : nil)
    }
}
