import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct RunDetached: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "run:detached", abstract: "Run a command in a new container and do not wait for it.")

    @Option(name: [.customShort("e"), .long], parsing: .singleValue, help: "KEY=VALUE for the task.")
    var env: [String] = []

    @Option(help: "Seconds after which run:retire stops the task.")
    var ttlSeconds: String?

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(parsing: .captureForPassthrough, help: "What to run.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        var options = try TaskOptions.make(env: env, timeToLive: ttlSeconds)
        options.isDetached = true
        options.hasTerminal = false
        return try await host.tasks(app).run(TaskOptions.command(words), options)
    }
}
