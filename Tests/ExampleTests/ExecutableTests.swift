import AdapterKit
import Conformance
import TestSupport
import Testing

/// The example adapters keep every core promise that they claim. All others: `linkspan-conformance check`.
@Suite(.serialized) struct ExecutableTests {
    @Test(.enabled(if: Tool.exists("jq") && Tool.exists("curl")), .timeLimit(.minutes(5)))
    func sh() async throws { try await keepsItsPromises("sh", capabilities: []) }

    @Test(.enabled(if: Tool.exists("python3")), .timeLimit(.minutes(5)))
    func python() async throws { try await keepsItsPromises("python", capabilities: [.enter, .retire, .run]) }

    private func keepsItsPromises(_ name: String, capabilities: [Capability]) async throws {
        let subject = try await Subject.program(at: Fixtures.folder + "/fixtures/executables/" + name)
        let outcomes = await Runner(subject).outcomes(of: Suite.all.filter { $0.level == .core })
        for outcome in outcomes { #expect(outcome.isFine, "\(outcome.id): \(outcome.reason)") }
        let checked = CheckedSubject(subject, outcomes)
        #expect(checked.capabilities == capabilities)
        #expect(checked.conformity == .conformantWithGaps)
        #expect(checked.counts.passed > 30)
    }
}
