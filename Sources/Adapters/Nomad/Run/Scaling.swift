import APIClient
import AdapterKit

/// Changes how many allocations groups have, and nothing else of the job: what runs goes on. What is added is verified,
/// and goes again if it fails.
struct Scaling: Sendable {
    /// A group and how many allocations it is to have.
    struct Change: Sendable, Equatable {
        var group: RolloutState.Group
        var before: Int
    }

    let server: NomadServer
    let app: AppName
    /// The job as it was before.
    let live: LiveJob
    let limits: RolloutBudget.Limits
    let stopTimeout: Int
    let mask: SecretMask
    let console: any Console
    let clock: any Clock<Duration>
    /// Checks what was added.
    let check: @Sendable (RolloutState) async throws -> Void

    /// One group after the other: Nomad scales nothing while a deployment runs.
    func carryOut(_ changes: [Change]) async throws {
        var done: [Change] = []
        var live = live
        do {
            for change in changes.sorted(by: { $0.isGrowth && !$1.isGrowth }) {
                try await carryOut(change, live)
                done.append(change)
                if done.count < changes.count { live = try await server.send(NomadCalls.job(live.id)) ?? live }
            }
        } catch {
            let (id, done) = (live.id, done)
            // What was scaled before goes back too, even when the person has gone.
            let left = await Task { await back(done, id) }.value
            throw (error as? AdapterError)?.telling(left) ?? error
        }
    }

    private func carryOut(_ change: Change, _ live: LiveJob) async throws {
        await console.report(.step("Scaling \(change.group.process) to \(change.group.count)"))
        try await JobRollout(
            server: server, app: app, live: live, groups: [change.group], limits: limits, stopTimeout: stopTimeout,
            mask: mask, console: console, clock: clock,
            register: { (try await scale(change.group.name, to: change.group.count, live), "") }, check: check
        ).carryOut()
    }

    private func scale(_ group: String, to count: Int, _ live: LiveJob) async throws -> RolloutState.Registered {
        let deadline = ContinuousClock.now + .seconds(limits.deploy)
        while true {
            do {
                let change = try await server.send(
                    NomadCalls.scale(live.id, group: group, count: count, message: "scaled by linkspan"))
                let index = change.JobModifyIndex ?? 0
                return RolloutState.Registered(
                    id: live.id, version: live.version + (index == live.jobModifyIndex ? 0 : 1), jobModifyIndex: index,
                    createIndex: live.createIndex, evaluation: change.EvalID ?? "", since: index)
            } catch let failure as APIFailure where failure.isBlockedByDeployment && ContinuousClock.now < deadline {
                // Such as that of a release that has gone back a moment ago.
                try await clock.sleep(for: .seconds(1))
            }
        }
    }

    /// - Returns: what is left, a sentence each.
    private func back(_ done: [Change], _ job: String) async -> [String] {
        var left: [String] = []
        for change in done.reversed() {
            do {
                guard let live = try await server.send(NomadCalls.job(job)) else { continue }
                _ = try await scale(change.group.name, to: change.before, live)
            } catch {
                left.append("\(change.group.process) stays scaled to \(change.group.count)")
            }
        }
        return left
    }
}

extension Scaling.Change {
    var isGrowth: Bool { group.count > before }
}

extension APIFailure {
    /// Nomad scales nothing while a deployment runs.
    fileprivate var isBlockedByDeployment: Bool {
        if case .status(let failure) = self {
            failure.status == 400 && failure.message.contains("active deployment")
        } else {
            false
        }
    }
}
