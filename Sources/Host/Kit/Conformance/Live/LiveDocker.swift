import APIClient
import DockerEngine
import Fakes
import Foundation
import JSONDocument
import Loopback
import Traffic

/// A real Docker Engine behind a journal, for one case.
package final class LiveDocker: LiveBackend {
    package let variables: [String: String]
    package let images: KitImages
    package let journal: Journal
    private let engine: DockerEngine
    private let sightings: Sightings
    private let server: LoopbackServer
    private let folder: TemporaryFolder
    private let runID: String

    /// - Parameter fault: what is wrong with what stands between adapter and engine.
    init(_ target: DockerTarget, runID: String, fault: Fault?) async throws {
        engine = target.engine
        images = target.images
        self.runID = runID
        let upstream = Upstream(target.endpoint)
        let recorder = Recorder(fault.map { FaultyBackend(upstream, $0, .docker, speed: 10) } ?? upstream)
        sightings = Sightings(recorder)
        journal = Journal(recorder)
        folder = try TemporaryFolder()
        let socket = folder.path + "/engine.sock"
        server = try await LoopbackServer.start(at: .unixSocket(socket), answering: journal)
        variables = ["DOCKER_HOST": "unix://" + socket]
    }

    package func objects(until isEnough: @Sendable ([FakeObject]) -> Bool) async throws -> [FakeObject] {
        try await sightings.objects(until: isEnough, tries: 100, every: .milliseconds(100)) { try await look() }
    }

    private func look() async throws -> [FakeObject] {
        var found: [FakeObject] = []
        let summaries = try await engine.send(.containers([:])).filter { summary in
            summary.name.contains(runID) || summary.Labels.values.contains { $0.contains(runID) }
        }
        for summary in summaries.sorted(by: { $0.name < $1.name }) where summary.State != "removing" {
            guard let details = try? await engine.send(.inspectContainer(summary.Id)) else { continue }
            found.append(
                FakeObject(
                    kind: "container", id: summary.Id, name: summary.name, labels: summary.Labels,
                    isRunning: details.State.Running, environment: Traffic.variables(details.Config.Env ?? [])))
        }
        return found
    }

    package func finish() async -> [String] {
        await server.stop()
        // What a failed case left must not be in the next one's way.
        for object in (try? await look()) ?? [] {
            try? await engine.send(.removeContainer(object.id, withVolumes: true))
        }
        return []
    }

    /// What was asked and answered, and what was seen, as it came.
    package var raw: (exchanges: [Exchange], observations: [JSONValue]) { sightings.raw }
}
