import APIClient

/// What the servers tell of a version of a job, by blocking queries.
struct RolloutNews: Sendable {
    let server: NomadServer
    let clock: any Clock<Duration>

    /// One piece of news.
    enum Item: Sendable {
        case allocations([Allocation])
        case deployment(NomadDeployment)
        case evaluations([Evaluation])
        /// The scheduler has made no deployment.
        case noDeployment
        /// The server has forgotten the deployment: the job was purged.
        case forgotten
        /// A second has passed.
        case tick
    }

    /// How long servers that have answered before may be away.
    private static let patience = Duration.seconds(60)
    /// However fast waits pass, a busy machine needs some time to get an answer.
    private static let least = Duration.seconds(5)

    /// Goes on until it is cancelled.
    /// - Throws: `APIFailure` when the servers stay away, or are of another mind.
    func follow(_ state: RolloutState, _ tell: @escaping @Sendable (Item) -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                try await repeating(NomadCalls.allocations(ofJob: state.job.id)) {
                    tell(.allocations($0))
                    return true
                }
            }
            tasks.addTask { try await followDeployment(of: state, tell) }
            tasks.addTask {
                while true {
                    try await clock.sleep(for: .seconds(1))
                    tell(.tick)
                }
            }
            defer { tasks.cancelAll() }
            for try await _ in tasks {}
        }
    }

    private func followDeployment(of state: RolloutState, _ tell: @escaping @Sendable (Item) -> Void) async throws {
        guard let id = try await deployment(of: state, tell) else { return tell(.noDeployment) }
        try await repeating(NomadCalls.deployment(id)) { deployment in
            // An evaluation that rolls nothing out, such as one that scales to nothing, names the deployment before.
            guard deployment == nil || deployment?.JobSpecModifyIndex == state.job.jobModifyIndex else {
                tell(.noDeployment)
                return false
            }
            tell(deployment.map { .deployment($0) } ?? .forgotten)
            return deployment?.hasEnded == false
        }
    }

    /// The id of the version's own deployment, as soon as the scheduler has made it; `nil` when it made none.
    private func deployment(of state: RolloutState, _ tell: @escaping @Sendable (Item) -> Void) async throws -> String?
    {
        if let known = state.deployment { return known.ID }
        let found = Guarded<String?>(nil)
        if !state.job.evaluation.isEmpty, !state.isEvaluated {
            try await repeating(NomadCalls.evaluation(state.job.evaluation)) { evaluation in
                // One that is forgotten already was done with.
                guard let evaluation, evaluation.hasEnded else { return evaluation != nil }
                found.withLock { $0 = evaluation.DeploymentID }
                tell(.evaluations([evaluation]))
                return false
            }
        }
        guard state.job.isDeployed else { return nil }
        if let id = found.withLock({ $0 }), !id.isEmpty { return id }
        // Not every server names it in the evaluation.
        let all = try await server.send(NomadCalls.deployments(ofJob: state.job.id))
        return all.first { $0.JobSpecModifyIndex == state.job.jobModifyIndex }?.ID
    }

    /// Asks `call` again and again, each time as soon as the answer may be another one.
    /// - Parameter take: whether to go on.
    private func repeating<Reply>(_ call: APICall<Reply>, _ take: (Reply) -> Bool) async throws {
        var last: NomadIndex?
        var awaySince: ContinuousClock.Instant?
        while true {
            do {
                let answer = try await server.send(call, after: last)
                awaySince = nil
                last = answer.index
                guard take(answer.value) else { return }
            } catch let failure as APIFailure where failure.mayPass {
                // Each question is asked several times before it fails: time counts, not their number.
                let since = awaySince ?? .now
                awaySince = since
                guard since.duration(to: .now) < max(clock.real(Self.patience), Self.least) else { throw failure }
                try await clock.sleep(for: .seconds(1))
            }
        }
    }
}

extension RolloutState {
    mutating func take(_ item: RolloutNews.Item) {
        switch item {
        case .allocations(let all): take(all)
        case .deployment(let deployment): take(deployment)
        case .evaluations(let all): take(all)
        case .noDeployment: noteNoDeployment()
        case .forgotten: forget()
        case .tick: break
        }
    }
}

extension APIFailure {
    /// Whether it may pass by itself: the servers are away or busy, rather than of another mind.
    var mayPass: Bool {
        switch self {
        case .interrupted, .timedOut: true
        case .unreachable(_, let reason): reason == .refused || reason == .missing
        case .status(let failure):
            failure.status == 429 || failure.status > 500
                || failure.status == 500 && Self.passing.contains { failure.message.contains($0) }
        case .unexpectedReply: false
        }
    }

    /// What servers say while they elect a leader or cannot reach one another; with 500, as much else.
    private static let passing = [
        "No cluster leader", "rpc error", "leadership", "connection refused", "EOF", "timeout",
    ]
}
