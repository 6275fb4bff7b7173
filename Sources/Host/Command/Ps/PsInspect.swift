import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PsInspect: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ps:inspect", abstract: "Show the scheduler's own description of an app, secrets masked.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        let name = try host.app(app)
        let adapter = try host.role((any Inspecting).self, .inspect, of: name, to: "inspect an app")
        try await host.console.write(adapter.inspect(try host.reader(name).liveApp()), to: .output)
        return .success
    }
}
