import APIClient
import Foundation
import Scenarios
import Traffic

/// Tells the same stories to a server of today, and compares its answers with the recorded ones.
public struct DriftRun: Sendable {
    /// What came of it.
    public struct Result: Sendable {
        /// Each drift once, however many stories show it.
        public var drifts: [Drift]
        /// Stories that could not be told to the end, with the reason.
        public var failures: [(title: String, reason: String)]
        /// How many stories were compared.
        public var compared: Int
        /// What the server says of itself.
        public var server: String
    }

    private let fixtures: String
    private let day: String

    /// - Parameter day: today, `YYYY-MM-DD`.
    public init(fixtures: String, day: String) {
        self.fixtures = fixtures
        self.day = day
    }

    /// Compares a Docker Engine with what was recorded of an adapter's cases.
    public func docker(_ subject: Subject, live address: String, cases: [ConformanceCase]) async throws -> Result {
        guard let recordings = CaseRecordings.find(fixtures, .docker, adapter: subject.name) else {
            throw Broken("\(fixtures)/docker has no recordings of \(subject.name)")
        }
        let recorder = try await CaseRecorder(subject, live: address, fixtures: fixtures, day: day)
        var result = Result(drifts: [], failures: [], compared: 0, server: recorder.serverName)
        for tested in cases {
            guard let recorded = try recordings.recording(of: tested.id) else { continue }
            switch await recorder.tell(tested) {
            case .success(let now):
                result.compared += 1
                result.drifts += Drift.between(recorded, now) { UsedFields.contain($0, of: .docker) }
            case .failure(let problem): result.failures.append((tested.id, problem.description))
            }
        }
        return try finished(result)
    }

    /// Compares any backend with what was recorded of its scenarios.
    /// - Parameters:
    ///   - backend: `kubernetes`, `registry`, `nomad`, `docker`.
    ///   - version: of which recordings.
    public func scenarios(_ backend: String, version: String, connection: ServerConnection, names: [String] = [])
        async throws -> Result
    {
        let endpoint = connection.endpoint
        guard let rules = NormalizationRules.named(backend) else { throw Broken("nothing is known of '\(backend)'") }
        let folder = "\(fixtures)/scenarios/\(backend)"
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter {
            $0.hasSuffix(".json")
        }
        .map { String($0.dropLast(5)) }.sorted().filter { names.isEmpty || names.contains($0) }
        guard !files.isEmpty else { throw Broken("\(folder) has no scenarios") }
        var result = Result(drifts: [], failures: [], compared: 0, server: "\(backend) at \(endpoint.name)")
        for name in files {
            do {
                let scenario = try Scenario(parsing: Self.bytes("\(folder)/\(name).json"))
                let recorded = try Recording(har: Self.bytes("\(fixtures)/\(backend)/\(version)/\(name).har"))
                let now = try await ScenarioRunner(endpoint, rules: rules, secrets: connection.secrets)
                    .recording(of: scenario, server: recorded.server, day: day)
                result.compared += 1
                let kind = BackendKind(rawValue: backend) ?? .none
                result.drifts += Drift.between(recorded, now) { UsedFields.contain($0, of: kind) }
            } catch {
                result.failures.append((name, "\(error)"))
            }
        }
        return try finished(result)
    }

    private func finished(_ result: Result) throws -> Result {
        var result = result
        var seen: Set<String> = []
        result.drifts = try AcceptedDrifts(fixtures + "/accepted-drifts.json")
            .marking(result.drifts.filter { seen.insert($0.id).inserted }, on: day)
            .sorted { ($0.kind.rank, $0.request, $0.place) < ($1.kind.rank, $1.request, $1.place) }
        return result
    }

    private static func bytes(_ path: String) throws -> [UInt8] {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw Broken("there is no \(path)") }
        return Array(bytes)
    }
}

extension Drift.Kind {
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
