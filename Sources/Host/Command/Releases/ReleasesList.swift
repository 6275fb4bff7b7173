import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ReleasesList: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "releases", abstract: "List an app's releases, and which of them can be gone back to.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Option(help: "stdout or json.")
    var format = "stdout"

    func run(on host: Host) async throws -> ExitStatus {
        try await Releases(host, try host.app(app)).list(isJSON: format != "stdout")
        return .success
    }
}
