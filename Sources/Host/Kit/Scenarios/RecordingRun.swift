import APIClient
import FoundationEssentials
import JSONDocument
import Traffic

/// Makes the recordings of one server from a folder of scenarios.
package struct RecordingRun: Sendable {
    package var backend: String
    package var endpoint: APIEndpoint
    /// Where the scenarios lie and where the recordings go.
    package var scenarios: String
    package var target: String
    package var server: Recording.Server
    package var day: String
    package var secrets: [String: String]

    package init(
        backend: String, endpoint: APIEndpoint, scenarios: String, target: String, server: Recording.Server,
        day: String, secrets: [String: String] = [:]
    ) {
        self.backend = backend
        self.endpoint = endpoint
        self.scenarios = scenarios
        self.target = target
        self.server = server
        self.day = day
        self.secrets = secrets
    }

    /// What became of one scenario.
    package enum Outcome: Sendable, Equatable {
        case written, unchanged
        case failed(String)
    }

    /// Records the scenario called `name`, the file's name without its ending. Nothing is written when it fails.
    package func record(_ name: String) async -> Outcome {
        do {
            guard let rules = NormalizationRules.named(backend) else {
                throw ScenarioProblem("nothing is known of a backend called '\(backend)'")
            }
            let scenario = try Scenario(parsing: try bytes(scenarios + "/\(name).json"))
            let made = try await ScenarioRunner(endpoint, rules: rules, secrets: secrets)
                .recording(of: scenario, server: server, day: day)
            let file = target + "/\(name).har"
            let old = try? Recording(har: try bytes(file))
            let settled = made.settled(over: old)
            guard settled != old else { return .unchanged }
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            try Data(settled.har.utf8).write(to: URL(filePath: file), options: .atomic)
            return .written
        } catch {
            return .failed("\(error)")
        }
    }

    private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }
}

extension NormalizationRules {
    /// The rules for the backend that a folder of scenarios is called after.
    package static func named(_ backend: String) -> NormalizationRules? {
        ["kubernetes": kubernetes, "docker": docker, "nomad": nomad, "registry": registry][backend]
    }
}
