import AdapterKit
import Foundation
import Traffic

/// Makes recordings of cases: runs each against a real server, and keeps what a replay of it can be.
public struct CaseRecorder: Sendable {
    private let subject: Subject
    private let target: any LiveTarget
    private let recordings: CaseRecordings
    private let day: String

    /// What became of one case.
    public enum Result: Sendable, Equatable {
        /// Its file was written.
        case written
        /// Its file says the same already.
        case unchanged
        /// It asks the backend nothing.
        case nothingToRecord
        /// It fails live, or its recording cannot be replayed.
        case failed(String)
    }

    /// - Parameters:
    ///   - address: the server, as the adapter's own setting names it.
    ///   - fixtures: the folder `fixtures`.
    ///   - images: what to deploy, the first and the second release's; none for those that the kit makes.
    public init(
        _ subject: Subject, live address: String, fixtures: String, day: String, images: [String] = []
    ) async throws {
        self.subject = subject
        target = try await LiveTargets.connect(subject.backend, to: address, images: images)
        recordings = CaseRecordings(
            folder: "\(fixtures)/\(target.kind.rawValue)/\(target.versionFolder)/\(subject.name)")
        self.day = day
    }

    /// Records cases, some at a time.
    /// - Returns: what became of each, as it ends.
    public func record(_ cases: [ConformanceCase]) -> AsyncStream<(id: String, result: Result)> {
        AsyncStream { continuation in
            Task {
                await withTaskGroup(of: Void.self) { tasks in
                    var waiting = cases.makeIterator()
                    func startNext() {
                        guard let tested = waiting.next() else { return }
                        tasks.addTask { continuation.yield((tested.id, await record(tested))) }
                    }
                    for _ in 0..<3 { startNext() }
                    while await tasks.next() != nil { startNext() }
                }
                continuation.finish()
            }
        }
    }

    /// Cases in which chance decides what a client still asks: nothing of them can be promised twice.
    private static let unsteady: Set<String> = [
        "enter.terminal", "run.terminal", "failure.cancelled-ends-soon",
    ]

    /// What the server says of itself.
    package var serverName: String { "\(target.server.product) \(target.server.version)" }

    /// Records one case, and keeps what came of it where there is a reason to: nothing was recorded yet, the adapter
    /// asks for other things, or the server answers in another shape. What differs by the moment alone, such as whether
    /// a container that crashes was seen running, is no reason: so recording twice changes nothing.
    public func record(_ tested: ConformanceCase) async -> Result {
        let recording: Recording
        switch await tell(tested) {
        case .success(let made): recording = made
        case .failure(let problem) where problem.isNothing:
            recordings.remove(tested.id)
            return .nothingToRecord
        case .failure(let problem): return .failed(problem.description)
        }
        do {
            if let old = try recordings.recording(of: tested.id), await problem(replaying: old, of: tested) == nil,
                Drift.between(old, recording, isUsed: { _ in true }).allSatisfy({ $0.kind == .cosmetic })
            {
                return .unchanged
            }
            if let problem = await problem(replaying: recording, of: tested) {
                return .failed("it was recorded, and its replay fails: \(problem)")
            }
            return try recordings.keep(recording) ? .written : .unchanged
        } catch {
            return .failed("\(error)")
        }
    }

    /// Why a recording cannot be replayed, again and again; `nil` when it can.
    private func problem(replaying recording: Recording, of tested: ConformanceCase) async -> String? {
        for _ in 0..<2 {
            let replayed = await Runner.replaying(subject, speed: 20) { _ in recording }.outcome(of: tested)
            if replayed.verdict != .passed { return replayed.reason }
        }
        return nil
    }

    /// Why there is no recording.
    package struct Problem: Error, CustomStringConvertible {
        package var description: String
        /// Whether there is nothing to record.
        package var isNothing = false
    }

    /// Plays one case against the server and writes down what was said.
    package func tell(_ tested: ConformanceCase) async -> Swift.Result<Recording, Problem> {
        guard tested.fault == nil, !Self.unsteady.contains(tested.id) else {
            return .failure(Problem(description: "chance decides what is asked", isNothing: true))
        }
        // Where names are made of what an object holds, what it holds must be the same each time.
        let runID = target.kind != .docker ? CaseRules.runID : Runner.newID()
        let live = Synchronized<(any LiveBackend, Secrets)?>(nil)
        let runner = Runner(subject, excluding: [], atOnce: 1, limit: target.patience, runID: runID) {
            id, secrets, tested in
            let backend = try await target.stage(of: tested, runID: id, secrets: secrets)
            live.value = (backend, secrets)
            return backend
        }
        let outcome = await runner.outcome(of: tested)
        guard outcome.verdict == .passed, let (backend, secrets) = live.value else {
            return .failure(Problem(description: outcome.reason, isNothing: outcome.verdict == .declined))
        }
        let raw = backend.raw
        guard !raw.exchanges.isEmpty else {
            return .failure(Problem(description: "the backend is asked nothing", isNothing: true))
        }
        let (exchanges, observations) = CaseRules(target.kind, secrets: secrets, runID: runID)
            .settled(raw.exchanges, raw.observations)
        let recording = Recording(
            title: tested.id, provenance: .recorded, server: target.server, recorded: day,
            creator: KitVersion.current, redaction: CaseRules.redaction, exchanges: exchanges,
            observations: observations)
        if let leak = CanaryGate.leak(of: secrets, in: recording.har) {
            recordings.remove(tested.id)
            return .failure(Problem(description: "it was not kept: it holds \(leak)"))
        }
        return .success(recording)
    }
}
