import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ResourceLimit: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "resource:limit", abstract: "Limit resources for an app or one of its process types.")

    @Option(help: "For this process type only.")
    var processType: String?

    @Argument(parsing: .allUnrecognized, help: "[--cpu N] [--memory SIZE] [--memory-swap SIZE] [--nvidia-gpu N] APP")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(words.last { !$0.hasPrefix("-") } ?? "")
        var rest = words
        if let index = rest.lastIndex(of: app.description) { rest.remove(at: index) }
        try await ResourceKeys(host, app, processType: processType, kind: "limit").apply(rest)
        return .success
    }
}
