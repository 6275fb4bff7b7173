import AdapterKit
import Traffic

/// Runs cases against a subject.
public struct Runner: Sendable {
    /// Makes the backend behind a case, given the id of what the case makes and the secrets that it deploys.
    package typealias BackendMaker = @Sendable (_ runID: String, Secrets, ConformanceCase) async throws -> any Backend

    private let subject: Subject
    private let makeBackend: BackendMaker
    /// Cases that somebody does not want, by pattern.
    private let excluded: [String]
    private let atOnce: Int
    private let limit: Duration
    private let runID: String

    /// Runs against a state machine that acts as the subject's backend: no server is needed.
    /// - Parameter excluding: patterns of cases that are not to be run; they count as skipped.
    public init(_ subject: Subject, excluding: [String] = []) {
        let authority = SharedAuthority()
        self.init(subject, excluding: excluding, atOnce: 4, limit: subject.limit, runID: Self.newID()) {
            id, secrets, tested in
            try await FakeRun(
                subject.backend, version: subject.face, speed: subject.speed, fault: tested.fault, runID: id,
                secrets: secrets, authority: authority)
        }
    }

    /// Runs against recordings where there are some, and against a state machine for all other cases.
    /// - Parameter recording: gives the recording of a case; `nil` for none.
    package static func replaying(
        _ subject: Subject, excluding: [String] = [], speed: Double = 50,
        _ recording: @escaping @Sendable (String) throws -> Recording?
    ) -> Runner {
        let authority = SharedAuthority()
        return Runner(subject, excluding: excluding, atOnce: 4, limit: subject.limit, runID: CaseRules.runID) {
            id, secrets, tested in
            if tested.fault == nil, let recording = try recording(tested.id) {
                return try await ReplayRun(
                    recording, kind: subject.backend, secrets: secrets, speed: speed, runID: id, authority: authority)
            }
            return try await FakeRun(
                subject.backend, version: subject.face, speed: speed, fault: tested.fault, runID: id,
                secrets: secrets, authority: authority)
        }
    }

    /// Runs against a real server.
    package static func live(_ subject: Subject, excluding: [String] = [], _ target: any LiveTarget) -> Runner {
        Runner(subject, excluding: excluding, atOnce: 3, limit: target.patience, runID: newID()) {
            runID, secrets, tested in
            try await target.stage(of: tested, runID: runID, secrets: secrets)
        }
    }

    package init(
        _ subject: Subject, excluding: [String], atOnce: Int, limit: Duration, runID: String,
        backend: @escaping BackendMaker
    ) {
        self.subject = subject
        excluded = excluding
        self.atOnce = atOnce
        self.limit = limit
        self.runID = runID
        makeBackend = backend
    }

    /// An id that tells one run's objects from all others.
    package static func newID() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")
        return "r" + String((0..<6).map { _ in letters[Int.random(in: 0..<letters.count)] })
    }

    /// What becomes of `cases`, in their order, and of the sweep at the end.
    /// - Parameter progress: is told of each as it ends.
    public func outcomes(
        of cases: [ConformanceCase] = Suite.all, progress: @escaping @Sendable (Outcome) async -> Void = { _ in }
    ) async -> [Outcome] {
        let leftovers = Synchronized<[String]>([])
        let unwanted = Set(excluded.isEmpty ? [] : Suite.cases(matching: excluded).map(\.id))
        var found = await withTaskGroup(of: (Int, Outcome).self) { tasks in
            var results: [Int: Outcome] = [:]
            var waiting = cases.enumerated().makeIterator()
            func startNext() {
                guard let (index, tested) = waiting.next() else { return }
                tasks.addTask {
                    let isUnwanted = unwanted.contains(tested.id)
                    let outcome =
                        isUnwanted
                        ? Outcome(tested, .skipped, reason: "excluded by the caller")
                        : await self.outcome(of: tested, leftovers: leftovers)
                    await progress(outcome)
                    return (index, outcome)
                }
            }
            for _ in 0..<atOnce { startNext() }
            while let (index, outcome) = await tasks.next() {
                results[index] = outcome
                startNext()
            }
            return results.sorted { $0.key < $1.key }.map(\.value)
        }
        let sweep = Self.sweep(leftovers.value)
        await progress(sweep)
        found.append(sweep)
        return found
    }

    /// What becomes of one case.
    public func outcome(of tested: ConformanceCase) async -> Outcome {
        await outcome(of: tested, leftovers: Synchronized([]))
    }

    private static func sweep(_ leftovers: [String]) -> Outcome {
        let sweep = ConformanceCase(
            "contract.nothing-left-behind", "After everything is removed, nothing that this run made is left.", .core,
            needs: []
        ) { _ in }
        return leftovers.isEmpty
            ? Outcome(sweep, .passed) : Outcome(sweep, .failed, reason: leftovers.joined(separator: "; "))
    }

    // MARK: one case

    private func outcome(of tested: ConformanceCase, leftovers: Synchronized<[String]>) async -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        func ended(_ verdict: Outcome.Verdict, _ reason: String, _ stage: Stage? = nil) -> Outcome {
            let time = (clock.now - start).components
            return Outcome(
                tested, verdict, reason: reason,
                seconds: Double(time.seconds) + Double(time.attoseconds / 1_000_000_000_000_000) / 1_000,
                requests: stage?.backend.journal.all.map(\.summary) ?? [],
                output: String((stage?.seen ?? "").prefix(4_000)), source: stage?.backend.source ?? .none)
        }
        if let fault = tested.fault, !fault.backends.contains(subject.backend), subject.backend != .none {
            return ended(.declined, "a \(subject.backend.rawValue) backend cannot have it")
        }
        let manifest = subject.plugin.manifest
        let missing = tested.needs.filter { !$0.isClaimed(by: manifest) }.sorted()
        let stage: Stage
        let stageID = runID + Self.mark(of: tested.id)
        // What is recorded is the same each time, and so is what is made of secrets, such as names.
        let secrets = Secrets(["KIT_SECRET", "DATABASE_URL"], seed: runID == CaseRules.runID ? tested.id : nil)
        do {
            let backend = try await Self.within(limit) { try await makeBackend(stageID, secrets, tested) }
            stage = Stage(subject, backend, runID: stageID, secrets: secrets)
        } catch {
            return ended(.error, "the backend could not be had: \(Self.text(of: error))")
        }
        do {
            if !missing.isEmpty {
                for capability in missing.compactMap(\.capability) { try await Refusals.check(capability, stage) }
                _ = await Self.finished(stage.backend, limit)
                let names = missing.map(\.rawValue).joined(separator: ", ")
                return ended(
                    .declined, (missing.contains(where: \.isMissed) ? Outcome.gapPrefix : "not offered: ") + names,
                    stage)
            }
            try await Self.within(limit) { try await tested.check(stage) }
            if tested.fault == nil { leftovers.value += try await swept(stage, tested) }
            if let leak = stage.secrets.leak(in: stage.seen) { throw Broken("what a person sees holds \(leak)") }
            let problems = await Self.finished(stage.backend, limit)
            if !problems.isEmpty { throw Broken(problems.joined(separator: "\n")) }
            return ended(.passed, "", stage)
        } catch {
            let problems = await Self.finished(stage.backend, limit)
            let reason = ([Self.text(of: error)] + problems).joined(separator: "\n")
            return ended(.failed, reason, stage)
        }
    }

    /// Removes what the case made, and looks whether it is gone.
    private func swept(_ stage: Stage, _ tested: ConformanceCase) async throws -> [String] {
        guard manifestRuns else { return [] }
        var left: [String] = []
        for app in stage.apps {
            try await stage.remove(app)
            left += try await stage.objects(of: app) { $0.isEmpty }.map { "\(tested.id) left \($0.kind) \($0.name)" }
        }
        return left
    }

    private var manifestRuns: Bool { subject.plugin.manifest.images != .none }

    /// A short mark of a case, so that cases that run side by side do not meet.
    private static func mark(of id: String) -> String {
        String(Fingerprint.sum(of: id.utf8) % 46_656, radix: 36)
    }

    private static func text(of error: any Error) -> String {
        switch error {
        case let broken as Broken: broken.description
        case let error as AdapterError:
            "the adapter failed: "
                + ([error.message] + error.details + error.failedInstances.map { "\($0.name): \($0.reason)" })
                .joined(separator: "; ")
        case is CancellationError: "the call was given up"
        default: "\(error)"
        }
    }

    /// What was wrong with the backend, when it is let go of.
    private static func finished(_ backend: any Backend, _ limit: Duration) async -> [String] {
        do {
            return try await within(limit) { await backend.finish() }
        } catch {
            return ["the backend could not be ended: \(text(of: error))"]
        }
    }

    /// Runs `body`; after `limit` it is given up, and not waited for: what ignores cancellation must not hold us up.
    private static func within<Value: Sendable>(
        _ limit: Duration, _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let first = FirstOutcome<Value>()
        let work = Task {
            do {
                await first.take(.success(try await body()))
            } catch {
                await first.take(.failure(error))
            }
        }
        let timer = Task {
            try await Task.sleep(for: limit)
            await first.take(.failure(Broken("it took longer than \(limit.components.seconds) s")))
            work.cancel()
        }
        defer { timer.cancel() }
        return try await first.wait().get()
    }
}

/// What came first of several.
private actor FirstOutcome<Value: Sendable> {
    private var outcome: Result<Value, any Error>?
    private var waiter: CheckedContinuation<Result<Value, any Error>, Never>?

    func take(_ result: Result<Value, any Error>) {
        guard outcome == nil else { return }
        outcome = result
        waiter?.resume(returning: result)
        waiter = nil
    }

    func wait() async -> Result<Value, any Error> {
        if let outcome { return outcome }
        return await withCheckedContinuation { waiter = $0 }
    }
}
