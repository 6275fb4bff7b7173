import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct CronRun: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron:run", abstract: "Run a scheduled task now.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The task's id, as cron:list shows it.")
    var id = ""

    @Flag(help: "Do not wait for it.")
    var detach = false

    func run(on host: Host) async throws -> ExitStatus {
        try await host.tasks(app).runCron(id, isDetached: detach)
    }
}
