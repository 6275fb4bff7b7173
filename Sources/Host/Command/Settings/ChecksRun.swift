import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ChecksRun: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "checks:run", abstract: "Check the instances of an app that serve already.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "Process types or instances, such as web or web.1, separated by commas; all if left out.")
    var processes = ""

    func run(on host: Host) async throws -> ExitStatus {
        let name = try host.app(app)
        guard try Reports(host).isDeployed(name) else {
            throw AdapterError(.notFound, "App \(name) has not been deployed")
        }
        await host.console.report(.step("Running pre-flight checks"))
        let words = processes.isEmpty ? [""] : processes.split(separator: ",").map(String.init)
        for source in try words.map(LogQuery.Source.init) { try await Checkups(host, name).run(source) }
        return .success
    }
}
