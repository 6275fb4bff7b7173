import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PortsSet: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ports:set", abstract: "Set the port maps of an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "SCHEME:HOST-PORT:CONTAINER-PORT, such as http:80:5000.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await PortList(host, try host.app(app)).change(words) { _, words in words }
        return .success
    }
}
