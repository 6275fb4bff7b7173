import AdapterKit
import ArgumentParser
import DokkuIO
import SchedulerHost

struct DomainsRemove: HostCommand {
    static let configuration = CommandConfiguration(
        commandName: "domains:remove", abstract: "Remove domains from an app.")

    @Argument(help: "The app.", completion: .apps)
    var app = ""

    @Argument(help: "The domains.")
    var words: [String] = []

    func run(on host: Host) async throws -> ExitStatus {
        let app = try host.app(app)
        guard !words.isEmpty else { throw AdapterError(.invalidInput, "No domains specified") }
        try await DomainList(host, app).change(words) { before, words in before.filter { !words.contains($0) } }
        return .success
    }
}
