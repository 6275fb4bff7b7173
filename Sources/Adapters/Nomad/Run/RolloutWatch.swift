import APIClient
import AdapterKit

/// Follows a version of a job until it is as far as it should be, or until it is plain that it will not be.
struct RolloutWatch: Sendable {
    let server: NomadServer
    let app: AppName
    let limits: RolloutBudget.Limits
    let console: any Console
    let clock: any Clock<Duration>

    /// How often it is asked why allocations are missing.
    private static let gapSeconds = 3

    /// - Parameter isOver: whether there is nothing more to wait for.
    /// - Returns: what is known then.
    /// - Throws: ``RolloutFailure``; ``AdapterError`` when somebody else changed the job; `APIFailure` when the servers
    ///   stay away.
    func follow(_ start: RolloutState, until isOver: @Sendable (RolloutState) -> Bool) async throws -> RolloutState {
        var state = start
        let (news, sender) = AsyncThrowingStream.makeStream(of: RolloutNews.Item.self)
        let watching = Task {
            do {
                try await RolloutNews(server: server, clock: clock).follow(start) { sender.yield($0) }
                sender.finish()
            } catch {
                sender.finish(throwing: error)
            }
        }
        defer { watching.cancel() }
        return try await withTaskCancellationHandler {
            var budget = RolloutBudget(limits, clock: clock)
            var told: [String: String] = [:]
            var ticks = 0
            for try await item in news {
                let before = state.fingerprint
                state.take(item)
                if case .tick = item {
                    ticks += 1
                    if ticks % Self.gapSeconds == 0, state.isEvaluated, state.hasGaps { try await explainGaps(&state) }
                }
                if state.fingerprint != before { budget.moved() }
                await tell(state, &told)
                if isOver(state) { return state }
                if state.isOverruled { throw overruled(state) }
                if let verdict = state.givenUp { throw try await failure(state, verdict) }
                if let failure = budget.failure(state, app) { throw failure }
            }
            try Task.checkCancellation()
            throw CancellationError()
        } onCancel: {
            watching.cancel()
        }
    }

    /// Asks why allocations are missing.
    private func explainGaps(_ state: inout RolloutState) async throws {
        do {
            state.take(try await server.send(NomadCalls.evaluations(ofJob: state.job.id)))
        } catch let failure as APIFailure where failure.mayPass {
            // Whoever follows the deployment decides how long the servers may be away.
        }
    }

    private func overruled(_ state: RolloutState) -> AdapterError {
        let said = state.deployment?.StatusDescription.map { ["Nomad said: \($0)"] } ?? []
        return AdapterError(
            .conflict, "somebody else changed or stopped job \(state.job.id) while \(app) was rolled out",
            details: said, hint: "plan --diff \(app)")
    }

    /// What led to Nomad's own verdict.
    private func failure(_ state: RolloutState, _ verdict: String) async throws -> RolloutFailure {
        var state = state
        // The deployment may be ahead of what was told of its allocations.
        state.take(try await server.send(NomadCalls.allocations(ofJob: state.job.id)))
        try await explainGaps(&state)
        let groups = state.groups.filter { $0.count > 0 }
        let found = groups.compactMap { group in
            state.troubles(group, app).first.map { (group: group, trouble: $0.trouble) }
                ?? state.placementTrouble(group, app).map { (group: group, trouble: $0) }
        }
        let unhealthy = groups.first { state.healthyCount($0) < $0.count } ?? state.groups.first
        guard
            let (group, trouble) = found.first(where: { !$0.trouble.isPassing }) ?? found.first
                ?? unhealthy.map({ ($0, .notReady) })
        else { throw AdapterError(.rolloutFailed, "\(app) was given up by Nomad", details: [verdict]) }
        let alike = state.troubles(group, app).filter { $0.trouble.cause == trouble.cause }.map(\.allocation)
        return RolloutFailure(group: group, trouble: trouble, allocations: alike, verdict: verdict)
    }

    /// One line a process type, whenever it has something new to say.
    private func tell(_ state: RolloutState, _ told: inout [String: String]) async {
        for group in state.groups where group.count > 0 {
            var text = "\(state.healthyCount(group)) of \(group.count) healthy"
            let trouble = state.troubles(group, app).first?.trouble ?? state.placementTrouble(group, app)
            if let trouble { text += ", \(trouble.text)" }
            guard told[group.name] != text else { continue }
            told[group.name] = text
            await console.report(.progress(subject: group.process.description, text: text))
        }
    }
}

extension RolloutState {
    /// What has to change for something to have happened.
    fileprivate var fingerprint: [String] {
        [deployment?.Status ?? "", "\(isEvaluated)"]
            + allocations.map { allocation in
                let states = (allocation.TaskStates ?? [:]).sorted { $0.key < $1.key }.map {
                    "\($0.value.State) \($0.value.Restarts ?? 0) \($0.value.events.last?.Type ?? "")"
                }
                return "\(allocation.ID) \(allocation.ClientStatus) \(allocation.DesiredStatus)"
                    + " \(allocation.DeploymentStatus?.Healthy?.description ?? "") \(states)"
            }
    }
}
