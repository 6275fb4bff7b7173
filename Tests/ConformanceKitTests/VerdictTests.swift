import AdapterKit
import Testing

@testable import Conformance

struct VerdictTests {
    @Test func allPassedIsConformant() {
        let subject = Sample.subject([Sample.outcome("deploy.a", .passed), Sample.outcome("deploy.b", .passed)])
        #expect(subject.conformity == .conformant)
        #expect(subject.conformityReason == nil)
    }

    @Test func whatABackendCannotHaveIsNoGap() {
        let subject = Sample.subject([
            Sample.outcome("deploy.a", .passed),
            Sample.outcome("resilience.a", .declined, reason: "a docker backend cannot have it"),
        ])
        #expect(subject.conformity == .conformant)
    }

    @Test func anUnclaimedRoleIsADeclaredGap() {
        let subject = Sample.subject([
            Sample.outcome("deploy.a", .passed), Sample.outcome("run.a", .declined, reason: "not claimed: run"),
            Sample.outcome("run.b", .declined, reason: "not claimed: run, workloads"),
        ])
        #expect(subject.conformity == .conformantWithGaps)
        #expect(subject.conformityReason == "it runs nothing, it does not claim run")
    }

    @Test func aCaseBeyondCoreThatIsLeftOutIsAGap() {
        let subject = Sample.subject([Sample.outcome("deploy.a", .passed), Sample.outcome("run.a", .skipped)])
        #expect(subject.conformity == .conformantWithGaps)
        #expect(subject.conformityReason == "1 case was left out")
    }

    @Test(arguments: [Outcome.Verdict.failed, .error])
    func whatIsWrongIsNotConformant(_ verdict: Outcome.Verdict) {
        let subject = Sample.subject([Sample.outcome("deploy.a", .passed), Sample.outcome("deploy.b", verdict)])
        #expect(subject.conformity == .notConformant)
    }

    @Test func aSkippedCoreCaseIsNotConformant() {
        let subject = Sample.subject([Sample.outcome("deploy.a", .skipped, level: .core)])
        #expect(subject.conformity == .notConformant)
        #expect(subject.conformityReason == "1 core case was not run")
    }

    @Test func aCoreCaseThatWasNotAskedForIsNotConformant() {
        let subject = Sample.subject([Sample.outcome("deploy.a", .passed)], missingCore: ["deploy.b", "deploy.c"])
        #expect(subject.conformity == .notConformant)
        #expect(subject.conformityReason == "2 core cases were not run")
    }

    /// The runner writes the reasons that the verdict reads.
    @Test func aRealRunOfAnAdapterThatRunsNothing() async throws {
        let subject = try #require(try await Subjects.named("null").first)
        let outcomes = await Runner(subject).outcomes(of: Suite.all.filter { $0.level == .core })
        let checked = CheckedSubject(subject, outcomes)
        #expect(checked.missingCore == [])
        #expect(checked.conformity == .conformantWithGaps)
        #expect(checked.conformityReason == "it runs nothing, it does not claim retire, run, enter, plan")
    }

    @Test func excludedCasesAreSkipped() async throws {
        let subject = try #require(try await Subjects.named("null").first)
        let outcomes = await Runner(subject, excluding: ["contract.*"]).outcomes(of: Suite.cases(matching: ["c*.*"]))
        #expect(outcomes.first { $0.id == "contract.manifest-is-sound" }?.verdict == .skipped)
        #expect(CheckedSubject(subject, outcomes).conformity == .notConformant)
    }

    @Test func countsAreByChapterAndBySource() {
        let report = Sample.report(
            Sample.subject([
                Sample.outcome("deploy.a", .passed, source: .recorded),
                Sample.outcome("deploy.b", .passed, source: .derived),
                Sample.outcome("run.a", .failed, source: .derived), Sample.outcome("run.b", .passed, source: .live),
            ]))
        #expect(report.chapters == ["deploy", "run"])
        #expect(report.counts(from: .recorded).passed == 1)
        #expect(report.counts(from: .derived).passed == 1)
        #expect(report.counts(from: .derived).failed == 1)
        #expect(report.counts(from: .behavioural).total == 0)
        #expect(Outcome.Source.reported.map { report.counts(from: $0).total }.reduce(0, +) == 4)
        #expect(Set(Outcome.Source.reported).count == 5)
    }
}
