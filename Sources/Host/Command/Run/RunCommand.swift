import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct RunCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run a command in a new container of the app's image.")

    @Option(name: [.customShort("e"), .long], parsing: .singleValue, help: "KEY=VALUE for the task.")
    var env: [String] = []

    @Option(help: "Seconds after which run:retire stops the task.")
    var ttlSeconds: String?

    @Flag(help: "No terminal, even if there is one.")
    var noTty = false

    @Flag(help: "A terminal, even if there is none.")
    var forceTty = false

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(parsing: .captureForPassthrough, help: "What to run; a shell if left out.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        var options = try TaskOptions.make(env: env, timeToLive: ttlSeconds)
        if noTty { options.hasTerminal = false }
        if forceTty { options.hasTerminal = true }
        return try await host.tasks(app).run(TaskOptions.command(words), options)
    }
}
