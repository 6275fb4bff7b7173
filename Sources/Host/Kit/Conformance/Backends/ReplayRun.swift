import Fakes
import Foundation
import JSONDocument
import Loopback
import Traffic

/// A recording behind a real server, for one case.
package final class ReplayRun: Backend {
    package let variables: [String: String]
    package let images: KitImages
    package let speed: Double
    package let journal: Journal
    package let source: Outcome.Source
    private let replayer: Replayer
    private let server: LoopbackServer
    private let folder: TemporaryFolder
    /// Its files are there as long as it is.
    private let authority: SharedAuthority

    /// - Parameter authority: who vouches for the server, where it speaks TLS.
    package init(
        _ recording: Recording, kind: BackendKind, secrets: Secrets, speed: Double, runID: String = "",
        authority: SharedAuthority = SharedAuthority()
    ) async throws {
        self.speed = speed
        self.authority = authority
        images = try .local()
        source = recording.provenance == .recorded ? .recorded : .derived
        let rules = CaseRules(kind, secrets: secrets, runID: CaseRules.runID)
        replayer = Replayer(recording, subnet: try await .claim()) { rules.comparable($0) }
        journal = Journal(replayer)
        folder = try TemporaryFolder()
        (server, variables) = try await BackendDoor.open(
            journal, kind, in: folder.path, isTrusted: true, authority: authority,
            place: runID.isEmpty ? .init() : .of(runID, secrets, kind))
    }

    package func objects(until isEnough: @Sendable ([FakeObject]) -> Bool) async throws -> [FakeObject] {
        (try await replayer.observation().items ?? []).compactMap { FakeObject($0) }
    }

    package func finish() async -> [String] {
        let problems = await replayer.finish()
        await server.stop()
        return problems
    }
}

extension FakeObject {
    /// As an observation keeps it.
    package var document: JSONValue {
        var fields: [String: JSONValue] = [
            "kind": .string(kind), "Id": .string(id), "name": .string(name),
            "labels": .object(labels.mapValues { .string($0) }),
            "Env": .array(environment.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value)") }),
        ]
        if let isRunning { fields["running"] = .bool(isRunning) }
        if let isHeld { fields["held"] = .bool(isHeld) }
        return .object(fields)
    }

    package init?(_ document: JSONValue) {
        guard let kind = document["kind"]?.text, let id = document["Id"]?.text, let name = document["name"]?.text else {
            return nil
        }
        self.init(
            kind: kind, id: id, name: name, labels: (document["labels"]?.fields ?? [:]).compactMapValues(\.text),
            isRunning: document["running"]?.flag,
            environment: Traffic.variables((document["Env"]?.items ?? []).compactMap(\.text)),
            isHeld: document["held"]?.flag)
    }
}
