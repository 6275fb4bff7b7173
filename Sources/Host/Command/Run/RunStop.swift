import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct RunStop: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "run:stop", abstract: "Stop one-off tasks.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Option(help: "The task's name, as run:list shows it.")
    var container = ""

    func run(on host: Host) async throws -> ExitStatus {
        let (app, task) = try TaskName.resolve(app: app, container: container, host)
        try await Tasks(host, app).stopAndTell(task)
        return .success
    }
}
