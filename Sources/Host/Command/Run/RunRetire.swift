import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct RunRetire: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "run:retire", abstract: "Stop one-off tasks that have outlived their time.")

    @Argument(help: "The app; all apps if left out.")
    var app: String?

    func run(on host: Host) async throws -> ExitStatus {
        let name = try app.map { try host.app($0) }
        await host.console.step(
            name.map { "Retiring run and cron containers for app \($0)" } ?? "Retiring all run and cron containers")
        let scheduler = try host.scheduler(of: name)
        guard let adapter = try host.optionalRole((any TaskRunning).self, .run, of: name, on: scheduler)
        else { return .success }
        try await adapter.retireTasks(of: try name.map { try host.reader($0).liveApp() }, console: host.console)
        return .success
    }
}
