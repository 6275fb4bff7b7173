import APIClient
import AdapterKit
import JSONDocument

/// Takes a version of a job back that did not come up: the job becomes what it was, and what was started for the
/// version ends. What somebody else has registered since is left alone.
struct JobUndo: Sendable {
    let server: NomadServer
    /// The job as it was before; `nil` where there was none.
    let live: LiveJob?
    /// The version to take back.
    let registered: RolloutState.Registered
    /// Seconds that an instance may take to end.
    let stopTimeout: Int
    let clock: any Clock<Duration>

    /// What became of it.
    struct Outcome: Sendable, Equatable {
        /// For the person, one each.
        var sentences: [String] = []
        /// Whether all is as it was.
        var isClean = true
    }

    private struct Overruled: Error {}

    private var id: String { registered.id }

    func takeBack() async -> Outcome {
        do {
            var outcome = Outcome()
            if let live, !live.isStopped {
                let version = try await goBack(to: live)
                outcome.sentences.append(
                    "version \(registered.version) of job \(id) was given up, version \(live.version) goes on as "
                        + "version \(version)")
            } else {
                try await stop()
            }
            guard try await haveEnded() else {
                return Outcome(
                    sentences: outcome.sentences + ["some of what was started for it takes long to end"],
                    isClean: false)
            }
            return outcome
        } catch is Overruled {
            return Outcome(
                sentences: ["somebody else changed job \(id) since; what they made of it was left alone"],
                isClean: false)
        } catch {
            let failure = NomadTrouble.translate(error, while: "take version \(registered.version) of job \(id) back")
            let sentence = (failure as? AdapterError).map { ([$0.message] + $0.details).joined(separator: ": ") }
            return Outcome(
                sentences: [
                    sentence ?? "\(failure)",
                    "what this deploy started could not be removed; it goes with the next one",
                ],
                isClean: false)
        }
    }

    /// A job that was not there, or did nothing, does nothing again.
    private func stop() async throws {
        guard let now = try await server.send(NomadCalls.job(id)) else { return }
        guard now.jobModifyIndex == registered.jobModifyIndex || now.isStopped else { throw Overruled() }
        _ = try await server.send(NomadCalls.deregister(id, purge: live == nil))
    }

    // MARK: back to what was

    /// - Returns: the version that the former one is counted as now.
    private func goBack(to live: LiveJob) async throws -> Int {
        let reverted = try await giveUp()
        guard var now = try await server.send(NomadCalls.job(id)), !now.isStopped else { throw Overruled() }
        if now.jobModifyIndex != registered.jobModifyIndex {
            // Nomad goes back to the newest version that was ever stable, which need not be the one that ran.
            if now.hasSameSpec(as: live) { return now.version }
            guard now.version == registered.version + 1, reverted else { throw Overruled() }
        }
        do {
            _ = try await server.send(NomadCalls.revert(id, to: live.version, enforcing: now.version))
        } catch let failure as APIFailure where failure.status == 404 || failure.status == 500 {
            // The server keeps few versions only.
            _ = try await server.send(NomadCalls.register(live.document, enforcing: now.jobModifyIndex))
        }
        guard let last = try await server.send(NomadCalls.job(id)) else { throw Overruled() }
        now = last
        return now.version
    }

    /// Ends the version's own deployment, which makes Nomad go back by itself where it can.
    /// - Returns: whether it has gone back, now or before.
    private func giveUp() async throws -> Bool {
        let all = try await server.send(NomadCalls.deployments(ofJob: id))
        guard let own = all.first(where: { $0.JobSpecModifyIndex == registered.jobModifyIndex }) else { return false }
        let hadReverted = own.StatusDescription?.contains("rolling back to job version") ?? false
        guard !own.hasEnded else { return hadReverted }
        do {
            return try await server.send(NomadCalls.fail(own.ID)).RevertedJobVersion != nil
        } catch let failure as APIFailure where failure.status == 500 {
            // It has ended in the same moment.
            let now = try await server.send(NomadCalls.deployment(own.ID))
            guard now?.hasEnded != false else { throw failure }
            return now?.StatusDescription?.contains("rolling back to job version") ?? false
        }
    }

    // MARK: what was started

    /// Waits until nothing that was started for the version runs any more.
    private func haveEnded() async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(stopTimeout + 30)
        var last: NomadIndex?
        while ContinuousClock.now < deadline {
            let answer = try await server.send(NomadCalls.allocations(ofJob: id), after: last, wait: .seconds(5))
            last = answer.index
            let left = answer.value.filter {
                $0.JobVersion == registered.version && $0.CreateIndex >= registered.since && !$0.hasEnded
            }
            if left.isEmpty { return true }
            if answer.index == .start { try await clock.sleep(for: .milliseconds(500)) }
        }
        return false
    }
}

extension LiveJob {
    /// What the server notes about a job, beside what it is.
    private static let notes = [
        "CreateIndex", "ModifyIndex", "JobModifyIndex", "Version", "SubmitTime", "Stable", "Status",
        "StatusDescription",
        "VersionTag", "ConsulToken", "VaultToken", "NomadTokenID",
    ]

    /// Whether both ask for the same, whatever they are counted as.
    func hasSameSpec(as other: LiveJob) -> Bool {
        func spec(_ job: LiveJob) -> JSONValue {
            Self.notes.reduce(into: job.document) { $0[$1] = nil }
        }
        return spec(self) == spec(other)
    }
}
