import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct AppsList: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "apps:list", abstract: "List your apps.")

    @Option(help: "stdout or json.")
    var format = "stdout"

    func run(on host: Host) async throws -> ExitStatus {
        let apps = try host.apps.all()
        guard format != "json" else {
            await host.console.line("[" + apps.map { GoJSON.quoted($0.description) }.joined(separator: ",") + "]")
            return .success
        }
        guard !apps.isEmpty else {
            await host.console.showError(" !     You haven't deployed any applications yet")
            return .success
        }
        await host.console.headline("My Apps")
        for app in apps { await host.console.line(app.description) }
        return .success
    }
}
