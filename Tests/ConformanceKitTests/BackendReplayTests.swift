import Fakes
import TestSupport
import Testing
import Traffic

@testable import Conformance

/// Recordings of every backend can be replayed: every recorded request gets its recorded answer, watches, blocking
/// queries and exec sessions over WebSockets among them.
struct BackendReplayTests {
    @Test(arguments: [
        ("nomad", "nomad/1.1.0/exec.har"), ("nomad", "nomad/1.1.0/batch.har"), ("nomad", "nomad/1.1.0/cluster.har"),
        ("kubernetes", "kubernetes/1.20.2/objects.har"), ("kubernetes", "kubernetes/1.20.2/errors.har"),
        ("registry", "registry/2.8/push.har"),
    ])
    func everyRequestGetsItsAnswer(backend: String, file: String) async throws {
        let recording = try Recording(har: try Fixtures.bytes(file))
        let rules = CaseRules(
            BackendKind(rawValue: backend) ?? .docker, secrets: Secrets(values: [:]), runID: CaseRules.runID)
        let replayer = Replayer(recording, subnet: try await .claim()) { rules.comparable($0) }
        let calibration = Calibration(replayer, patience: 2, awaited: [])
        let findings = await calibration.play(recording)
        #expect(findings.filter(\.isBreaking).map(\.description) == [], "\(file)")
        #expect(await replayer.finish() == [], "\(file)")
    }
}
