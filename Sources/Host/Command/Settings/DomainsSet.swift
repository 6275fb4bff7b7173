import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DomainsSet: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "domains:set", abstract: "Set the domains of an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The domains.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        guard !words.isEmpty else { throw AdapterError(.invalidInput, "No domains specified") }
        try await DomainList(host, app).change(words) { _, words in words }
        return .success
    }
}
