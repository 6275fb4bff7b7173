import AdapterKit
import Conformance
import DockerLocal
import Foundation
import Kubernetes
import Nomad
import Testing

/// Who checks the checker: every adapter with a known defect must be failed by the case that was made for it.
struct KnownBadTests {
    @Test func everyKnownBadAdapterIsCaught() async throws {
        let verdicts = await withTaskGroup(of: (KnownBad, Outcome.Verdict?).self) { tasks in
            var verdicts: [(KnownBad, Outcome.Verdict?)] = []
            var waiting = KnownBad.all.makeIterator()
            func startNext() {
                guard let bad = waiting.next() else { return }
                tasks.addTask {
                    guard let tested = Suite.all.first(where: { $0.id == bad.caughtBy }) else { return (bad, nil) }
                    return (bad, await Runner(Subject(bad.plugin, backend: bad.backend)).outcome(of: tested).verdict)
                }
            }
            for _ in 0..<8 { startNext() }
            while let verdict = await tasks.next() {
                verdicts.append(verdict)
                startNext()
            }
            return verdicts
        }
        for (bad, verdict) in verdicts where verdict != .failed {
            Issue.record("\(bad.name): \(bad.caughtBy) said \(verdict?.rawValue ?? "nothing, there is no such case")")
        }
        // The kit's own quality figure, in the output of `make test`.
        let caught = verdicts.filter { $0.1 == .failed }.count
        FileHandle.standardError.write(
            Data("known-bad adapters caught by the case made for them: \(caught) of \(KnownBad.all.count)\n".utf8))
        #expect(KnownBad.all.count >= 25)
    }

    /// The good one that they are made of passes what fails them.
    @Test func theGoodOnePasses() async throws {
        for (plugin, backend) in [
            (AdapterPlugin.dockerLocal, BackendKind.docker), (.kubernetes, .kubernetes), (.nomad, .nomad),
        ] {
            let ids = Set(KnownBad.all.filter { $0.backend == backend }.map(\.caughtBy))
            let cases = Suite.all.filter { ids.contains($0.id) }
            let outcomes = await Runner(Subject(plugin)).outcomes(of: cases)
            for outcome in outcomes where !outcome.isFine { Issue.record("\(outcome.id): \(outcome.reason)") }
        }
    }
}
