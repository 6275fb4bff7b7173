import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct ReleasesDiff: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "releases:diff",
        abstract: "Show what two releases of an app differ in; values of its config are not shown.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The number of the one release.")
    var first: Int

    @Argument(help: "The number of the other.")
    var second: Int

    @Option(help: "stdout or json.")
    var format = "stdout"

    func run(on host: Host) async throws -> ExitStatus {
        try await Releases(host, try host.app(app)).difference(first, second, isJSON: format != "stdout")
        return .success
    }
}
