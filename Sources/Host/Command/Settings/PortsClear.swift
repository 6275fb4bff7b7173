import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PortsClear: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ports:clear", abstract: "Remove all port maps of an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    func run(on host: Host) async throws -> ExitStatus {
        try await PortList(host, try host.app(app)).keep([])
        return .success
    }
}
