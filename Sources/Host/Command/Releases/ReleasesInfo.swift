import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ReleasesInfo: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "releases:info", abstract: "Show what a release was made of and what came of it.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The release's number.")
    var release: Int

    @Option(help: "stdout or json.")
    var format = "stdout"

    func run(on host: Host) async throws -> ExitStatus {
        try await Releases(host, try host.app(app)).info(release, isJSON: format != "stdout")
        return .success
    }
}
