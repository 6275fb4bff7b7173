import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PsScale: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps:scale", abstract: "Show or set how many instances of each process type run.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(parsing: .remaining, help: "TYPE=COUNT, such as web=2.")
    var counts: [String] = []

    @Flag(help: "Only note it.")
    var skipDeploy = false

    @Option(help: "stdout or json.")
    var format = "stdout"

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        guard !counts.isEmpty else { return try await show(app, on: host) }
        try await Processes(host, app).scale(try Formation(parsing: counts), deploys: !skipDeploy)
        return .success
    }
}

extension PsScale {
    private func show(_ app: AppName, on host: Host) async throws -> ExitStatus {
        let kept = try Formation.kept(app, host.layout) ?? Formation()
        let rows = kept.quantities.sorted { $0.key.description < $1.key.description }
        guard format != "json" else {
            let items = rows.map { "{\"process_type\":\(GoJSON.quoted($0.key.description)),\"quantity\":\($0.value)}" }
            await host.console.line("[" + items.joined(separator: ",") + "]")
            return .success
        }
        await host.console.step("Scaling for \(app)")
        let width = 5
        for (name, count) in [("proctype", "qty"), ("--------", "---")]
            + rows.map({ ($0.key.description, String($0.value)) })
        {
            let cell = name + ":"
            await host.console.line(cell + String(repeating: " ", count: max(0, width - cell.count)) + " " + count)
        }
        return .success
    }
}
