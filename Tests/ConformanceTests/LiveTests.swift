import AdapterKit
import Conformance
import DockerLocal
import Foundation
import TestSupport
import Testing

/// The same ids against a real engine: a few of each chapter, so that recordings and state machines stay honest.
@Suite(.enabled(if: LiveEngine.isAvailable), .serialized)
struct LiveTests {
    private static let address = ProcessInfo.processInfo.environment["DOCKER_HOST"] ?? "unix:///var/run/docker.sock"

    @Test func dockerLocalAgainstARealEngine() async throws {
        let patterns = [
            "deploy.second-release-replaces", "failure.leaves-nothing", "failure.old-release-goes-on", "checks.http",
            "run.exit-43", "run.input", "run.bytes", "enter.the-instance-meant", "logs.all-lines", "config.newlines",
            "scale.up", "retire.leftovers", "lifecycle.names-that-begin-alike", "secrecy.failure",
        ]
        let runner = try await CheckOptions(live: Self.address).check(Subject(.dockerLocal)).runner
        let outcomes = await runner.outcomes(of: Suite.cases(matching: patterns))
        #expect(outcomes.count == patterns.count + 1)
        for outcome in outcomes where !outcome.isFine { Issue.record("\(outcome.id): \(outcome.reason)") }
    }

    /// The engine here answers as the recorded one did, as far as our adapter reads it.
    @Test func noBreakingDrift() async throws {
        let run = DriftRun(fixtures: Fixtures.folder + "/fixtures", day: "2026-01-01")
        let result = try await run.docker(
            Subject(.dockerLocal), live: Self.address,
            cases: Suite.cases(matching: ["deploy.first-release", "run.exit-43", "enter.output"]))
        #expect(result.compared == 3, "\(result.failures)")
        #expect(result.drifts.filter { $0.kind == .breaking } == [])
    }
}
