import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct CronResume: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "cron:resume", abstract: "Let a suspended task run again.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The task's id, as cron:list shows it.")
    var id = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await CronMaintenance(host, try host.app(app)).set(id, isHeld: false)
        return .success
    }
}
