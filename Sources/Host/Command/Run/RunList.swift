import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct RunList: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "run:list", abstract: "List an app's one-off tasks.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Option(help: "stdout or json.")
    var format = "stdout"

    func run(on host: Host) async throws -> ExitStatus {
        try await TaskTable(host, try host.app(app)).show(isJSON: format != "stdout")
        return .success
    }
}
