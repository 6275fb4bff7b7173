import APIClient
import AdapterKit

/// Carries a job over to another version, whole or not at all: all that is new is started beside what runs and
/// verified, then it takes over. What fails or is cancelled before is taken back.
struct JobRollout: Sendable {
    let server: NomadServer
    let app: AppName
    /// The job as it was before; `nil` where there was none.
    let live: LiveJob?
    /// What is waited for.
    let groups: [RolloutState.Group]
    let limits: RolloutBudget.Limits
    /// Seconds that an instance may take to end.
    let stopTimeout: Int
    let mask: SecretMask
    let console: any Console
    let clock: any Clock<Duration>
    /// Makes the new version.
    /// - Throws: `APIFailure` when the server refuses; nothing has changed then.
    let register: @Sendable () async throws -> (job: RolloutState.Registered, warnings: String)
    /// Checks what is healthy in Nomad's eyes, before it takes over.
    /// - Throws: ``RolloutFailure``.
    let check: @Sendable (RolloutState) async throws -> Void

    private var watch: RolloutWatch {
        RolloutWatch(server: server, app: app, limits: limits, console: console, clock: clock)
    }

    /// - Returns: what is known when the version has taken over.
    /// - Throws: ``AdapterError``; `CancellationError`. What ran before runs then, and nothing else.
    @discardableResult
    func carryOut() async throws -> RolloutState {
        // Not to be cancelled: nobody would take back what nobody has been told of.
        let registered = try await Task {
            try await NomadTrouble.translating("register the job of \(app)", register)
        }.value
        if !registered.warnings.isEmpty { await console.report(.warning(registered.warnings)) }
        var state = RolloutState(groups, of: registered.job)
        do {
            try Task.checkCancellation()
            state = try await watch.follow(state) { $0.isHealthy }
            try await check(state)
        } catch {
            throw await takenBack(registered.job, try await explained(error))
        }
        // From here on it takes over. That runs to its end even if the task is cancelled: half a switch helps nobody.
        let (healthy, limit) = (state, registered.job)
        return try await Task { try await takeOver(healthy, limit) }.value
    }

    private func takeOver(_ healthy: RolloutState, _ registered: RolloutState.Registered) async throws -> RolloutState {
        do {
            if healthy.waitsForPromotion, let deployment = healthy.deployment {
                await console.report(.step("Switching \(app) to the new release"))
                try await promote(deployment)
            }
            return try await watch.follow(healthy) { $0.isDone }
        } catch {
            throw await takenBack(registered, try await explained(error))
        }
    }

    /// An answer that was lost does not make a second promotion a failure.
    private func promote(_ deployment: NomadDeployment) async throws {
        do {
            _ = try await server.send(NomadCalls.promote(deployment.ID))
        } catch let failure as APIFailure {
            let now = try await server.send(NomadCalls.deployment(deployment.ID))
            let isPromoted = (now?.TaskGroups ?? [:]).values.allSatisfy {
                ($0.DesiredCanaries ?? 0) == 0 || $0.Promoted == true
            }
            guard now != nil, isPromoted else { throw failure }
        }
    }

    /// The error that a person gets to see; cancellation stays what it is.
    private func explained(_ error: any Error) async throws -> any Error {
        guard let failure = error as? RolloutFailure else {
            return NomadTrouble.translate(error, while: "follow the rollout of \(app)")
        }
        // Its allocations are there still, and what they wrote.
        return await Diagnosis(server: server, app: app, mask: mask, clock: clock).error(failure)
    }

    private func takenBack(_ registered: RolloutState.Registered, _ error: any Error) async -> any Error {
        let undo = JobUndo(
            server: server, live: live, registered: registered, stopTimeout: stopTimeout, clock: clock)
        // What was begun is taken back even when the person has gone.
        let told = await Task { await undo.takeBack() }.value
        let servesOn = live?.isStopped == false && told.isClean
        if servesOn { await console.report(.detail("The release before goes on serving")) }
        guard var explained = (error as? AdapterError)?.telling(told.sentences) else { return error }
        explained.releaseBeforeServes = servesOn
        return explained
    }
}

extension AdapterError {
    /// The same error with more to say.
    func telling(_ more: [String]) -> AdapterError {
        var error = self
        error.details += more
        return error
    }
}
