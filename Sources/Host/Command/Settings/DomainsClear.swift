import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DomainsClear: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "domains:clear", abstract: "Remove all domains of an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await DomainList(host, try host.app(app)).change([]) { _, _ in [] }
        return .success
    }
}
