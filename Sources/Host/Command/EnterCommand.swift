import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct EnterCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "enter", abstract: "Open a shell, or run a command, in a running instance.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(parsing: .captureForPassthrough, help: "[TYPE[.INDEX]|--container-id ID] [--] [COMMAND…]")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let tasks = try host.tasks(app)
        let (target, command) = try SessionWords.parse(words)
        return try await tasks.enter(target, command)
    }
}
