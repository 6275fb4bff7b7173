import AdapterKit
import ArgumentParser
import SchedulerHost

/// `domains:add`, `domains:remove` and `domains:set`.
struct DomainsChange<Verb: ListVerb>: HostCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "domains:\(Verb.name)", abstract: "\(Verb.summary) domains of an app.")
    }

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: ArgumentHelp("Host names, such as shop.example.com.", valueName: "domain"))
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        guard !words.isEmpty else { throw AdapterError(.invalidInput, "No domains specified") }
        try await DomainList(host, app).change(words) { Verb.applied($1, to: $0) }
        return .success
    }
}
