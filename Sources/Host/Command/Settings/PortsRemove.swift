import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct PortsRemove: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "ports:remove", abstract: "Remove port maps from an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "SCHEME:HOST-PORT:CONTAINER-PORT, such as http:80:5000.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await PortList(host, try host.app(app)).change(words) { before, words in
            before.filter { !words.contains($0) }
        }
        return .success
    }
}
