import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct LogsCommand: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Show an app's log.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Flag(name: [.customShort("t"), .long], help: "Wait for more lines.")
    var tail = false

    @Option(name: [.customShort("n"), .long], help: "How many lines of each instance.")
    var num = 100

    @Flag(name: [.customShort("q"), .long], help: "Lines as they are, without time and instance.")
    var quiet = false

    @Option(name: [.customShort("p"), .customLong("ps")], help: "A process type or instance, such as web or web.1.")
    var process = ""

    func run(on host: Host) async throws -> ExitStatus {
        let name = try host.app(app)
        guard try Reports(host).isDeployed(name) else {
            throw AdapterError(.notFound, "App \(name) has not been deployed")
        }
        let live = try host.reader(name).liveApp()
        let source = try LogQuery.Source(process)
        // Other schedulers keep their own record, and say themselves what they do not have.
        let isRecorded = try host.manifest(of: name).isKeptByHost
        if isRecorded, case .instance(let wanted) = source, !live.live.contains(where: { $0.name == wanted }) {
            let names = live.live.map(\.name.description).joined(separator: " ")
            throw AdapterError(.notFound, "\(name) has no instance \(wanted)", details: ["instances: \(names)"])
        }
        if isRecorded, case .process(let type) = source, !live.live.contains(where: { $0.name.process == type }) {
            let names = Set(live.live.map(\.name.process)).sorted().map(\.description).joined(separator: " ")
            throw AdapterError(
                .notFound, "No containers found for type '\(type)'", details: ["process types: \(names)"])
        }
        let query = LogQuery(source: source, count: max(0, num), follow: tail, isRaw: quiet)
        try await host.adapter(for: name).logs(of: live, matching: query, console: host.console)
        return .success
    }
}
