import AdapterKit
import DokkuIO
import SchedulerHost

/// An app's docker options of some phases and process types, in Dokku's lists.
struct DockerOptionList: Sendable {
    static let phases = ["build", "deploy", "run"]

    private let host: Host
    private let app: AppName
    private let lists: [String]

    /// - Parameters:
    ///   - phases: phases separated by commas; all when empty.
    ///   - processes: process types; all when empty.
    init(_ host: Host, _ app: AppName, phases: String, processes: [String]) throws {
        self.host = host
        self.app = app
        let chosen = phases.isEmpty ? Self.phases : phases.split(separator: ",").map(String.init)
        for phase in chosen where !Self.phases.contains(phase) {
            throw AdapterError(
                .invalidInput, "'\(phase)' is no phase: build, deploy or run",
                hint: "docker-options:add \(app) deploy '--memory 512m'")
        }
        let scopes = processes.isEmpty ? ["_default_"] : try processes.map { try ProcessType($0).description }
        lists = chosen.flatMap { phase in scopes.map { "\($0).\(phase)" } }
    }

    func change(_ body: ([String]) throws -> [String]) throws {
        let properties = host.properties("docker-options")
        for list in lists {
            try properties.setList(list, to: try body(properties.list(list, .app(app))), .app(app))
        }
    }
}
