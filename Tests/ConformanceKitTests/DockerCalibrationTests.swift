import Fakes
import JSONDocument
import TestSupport
import Testing
import Traffic

@testable import Conformance

/// The Docker fake is held against what a real engine answered: status by status, and shape by shape in all that our
/// adapters read.
struct DockerCalibrationTests {
    @Test(arguments: [
        "deploy.second-release-replaces", "deploy.one-process-type-alone", "failure.image-missing",
        "failure.second-process-type-keeps-old", "retire.withdraw-after-promotion", "lifecycle.remove",
        "lifecycle.status-mixed", "run.list", "run.stop-all", "run.command-not-found", "logs.last-lines",
    ])
    func answersAsARealEngineDid(_ id: String) async throws {
        var recording = try Recording(har: try Fixtures.bytes("docker/20.10.24/docker-local/\(id).har"))
        // One request after the other: what ran beside others cannot be asked for by itself.
        recording.exchanges.removeAll { $0.response.ending != nil || $0.response.upgrade != nil }
        let images = try KitImages.local()
        let fake = try await DockerFake(
            images: [images.good, images.second].map { FakeImage($0.description) }, clock: FakeClock(speed: 50))
        var calibration = Calibration(fake, patience: 0.5, awaited: [])
        calibration.substitutions = ["10.0.0.": "127."]
        let breaking = await calibration.play(recording).flatMap { finding in
            finding.differences.filter { $0.kind == .breaking && UsedFields.contain($0.place, of: .docker) }
                .map { "\(finding.number) \(finding.request): \($0)" }
        }
        await fake.stop()
        #expect(breaking == [], "\(id)")
    }
}
