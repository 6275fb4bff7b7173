import AdapterKit
import ArgumentParser
import SchedulerHost

/// `ports:add`, `ports:remove` and `ports:set`.
struct PortsChange<Verb: ListVerb>: HostCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "ports:\(Verb.name)", abstract: "\(Verb.summary) port maps of an app.")
    }

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(
        help: ArgumentHelp("SCHEME:HOST-PORT:CONTAINER-PORT, such as http:80:5000.", valueName: "port-map"))
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        try await PortList(host, try host.app(app)).change(words) { Verb.applied($1, to: $0) }
        return .success
    }
}
