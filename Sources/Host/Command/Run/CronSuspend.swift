import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct CronSuspend: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron:suspend", abstract: "Hold a scheduled task back.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The task's id, as cron:list shows it.")
    var id = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await CronMaintenance(host, try host.app(app)).set(id, isHeld: true)
        return .success
    }
}
