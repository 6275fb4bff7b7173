import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PortsAdd: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ports:add", abstract: "Add port maps to an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "SCHEME:HOST-PORT:CONTAINER-PORT, such as http:80:5000.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await PortList(host, try host.app(app)).change(words) { $0 + $1 }
        return .success
    }
}
