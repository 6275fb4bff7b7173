import APIClient
import AdapterKit
import JSONDocument

/// Carries a plan out: the config first, then the job, whole or not at all, then what was before goes and periodic jobs
/// follow. What fails or is cancelled before the new release serves is taken back.
struct ReleaseRollout: Sendable {
    let server: NomadServer
    let settings: NomadSettings
    let facts: ServerFacts
    let plan: NomadPlan
    let deployment: Deployment
    let console: any Console
    let clock: any Clock<Duration>

    private var app: AppName { plan.app }
    private var mask: SecretMask { SecretMask(config: deployment.environment) }
    private var cron: CronRollout { CronRollout(server: server, plan: plan, facts: facts) }

    func carryOut() async throws -> Rollout {
        try await cron.rehearse()
        let index = try await changeJob()
        // From here on the new release serves. That is brought to its end even if the task is cancelled.
        return try await Task {
            if let settled = plan.settledJob, let index { try await settle(settled, after: index) }
            try await cron.carryOut()
            let objects = plan.variable.map { variable in variable.items.keys.sorted().map { variable.title(of: $0) } }
            return Rollout(instances: try await instances(), superseded: [], objects: objects ?? [])
        }.value
    }

    /// - Returns: the `JobModifyIndex` of the version that took over; `nil` when none was registered.
    private func changeJob() async throws -> Int? {
        if plan.isUnchanged {
            if let live = facts.liveJob, try await !isRunning(live) { try await replaceMissing(live) }
            return nil
        }
        // Only what the release does not have any more goes: nothing is to be verified.
        if let live = facts.liveJob, JobSameness.covers(live.document, plan.job) { return live.jobModifyIndex }
        for group in plan.groups {
            await console.report(.step("Deploying \(group.process) (count=\(group.count))"))
        }
        if let live = facts.liveJob, let changes = scaleChanges(live) {
            try await Scaling(
                server: server, app: app, live: live, limits: limits, stopTimeout: deployment.app.stopTimeout,
                mask: mask, console: console, clock: clock, check: check
            ).carryOut(changes)
            return nil
        }
        do {
            if let variable = plan.variable {
                try await VariableUpkeep(server: server, path: variable.path)
                    .write(variable, for: app, knowing: facts.variable)
            }
            return try await rollout.carryOut().job.jobModifyIndex
        } catch {
            let left = await Task { await dropConfig() }.value
            throw (error as? AdapterError)?.telling(left) ?? error
        }
    }

    private var rollout: JobRollout {
        let (server, job, live, clock) = (server, plan.job, facts.job, clock)
        return JobRollout(
            server: server, app: app, live: live, groups: plan.groups.map(\.watched), limits: limits,
            stopTimeout: deployment.app.stopTimeout, mask: mask, console: console, clock: clock,
            register: { try await JobRegistration(server: server, job: job, live: live, clock: clock).register() },
            check: check)
    }

    private var limits: RolloutBudget.Limits {
        let longest = plan.groups.map { $0.minHealthySeconds + ($0.checkBudget ?? 0) }.max() ?? 0
        let least = Int(clock.real(.seconds(longest)) / .seconds(1))
        return RolloutBudget.Limits(
            deploy: max(settings.deployTimeout, least + 60), idle: max(settings.progressDeadline, least + 60),
            start: max(settings.healthyDeadline, least + 5))
    }

    private var check: @Sendable (RolloutState) async throws -> Void {
        let (server, plan, console, clock, mask) = (server, plan, console, clock, mask)
        return { state in
            for watched in state.groups {
                guard let group = plan.groups.first(where: { $0.name == watched.name }), !group.ownChecks.isEmpty
                else { continue }
                // What ran before was checked when it was new.
                let new = state.live(watched).filter { $0.CreateIndex >= state.job.since }
                try await OwnChecks(server: server, group: group, console: console, clock: clock, mask: mask)
                    .run(on: new, of: watched)
            }
        }
    }

    // MARK: what needs no new version

    /// What changes when nothing but counts does; `nil` when more does.
    private func scaleChanges(_ live: LiveJob) -> [Scaling.Change]? {
        guard deployment.keepsRunning, plan.settledJob == nil else { return nil }
        var changes: [Scaling.Change] = []
        for group in plan.groups {
            guard let before = live.counts[group.name], !group.isReplaced else { return nil }
            if before != group.count { changes.append(.init(group: group.watched, before: before)) }
        }
        return changes.isEmpty ? nil : changes
    }

    private func isRunning(_ live: LiveJob) async throws -> Bool {
        let found = try await allocations()
        return LiveAllocations(live, found).status.states.allSatisfy(\.isRunning)
    }

    /// The job is as it should be, and some of its allocations are not there.
    private func replaceMissing(_ live: LiveJob) async throws {
        try await NomadTrouble.translating("have what is missing of \(app) placed") {
            let change = try await server.send(NomadCalls.evaluate(live.id))
            let registered = RolloutState.Registered(
                id: live.id, version: live.version, jobModifyIndex: live.jobModifyIndex, createIndex: live.createIndex,
                evaluation: change.EvalID ?? "", since: change.EvalCreateIndex ?? 0, isDeployed: false)
            do {
                _ = try await RolloutWatch(server: server, app: app, limits: limits, console: console, clock: clock)
                    .follow(RolloutState(plan.groups.map(\.watched), of: registered)) { $0.isHealthy }
            } catch let failure as RolloutFailure {
                throw await Diagnosis(server: server, app: app, mask: mask, clock: clock).error(failure)
            }
        }
    }

    // MARK: afterwards

    /// Takes out what only the release before had.
    private func settle(_ job: JSONValue, after index: Int) async throws {
        try await NomadTrouble.translating("take what \(app) does not have any more out of its job") {
            guard let live = try await server.send(NomadCalls.job(plan.jobID)), live.jobModifyIndex == index else {
                throw AdapterError(
                    .conflict, "somebody else changed job \(plan.jobID) when \(app) had just been deployed",
                    hint: "plan --diff \(app)")
            }
            let registered = try await JobRegistration(server: server, job: job, live: live, clock: clock).register()
            _ = try await RolloutWatch(server: server, app: app, limits: limits, console: console, clock: clock)
                .follow(RolloutState([], of: registered.job)) { $0.isEvaluated }
        }
    }

    /// Config of a release that did not come up is nobody's.
    /// - Returns: what is left, a sentence each.
    private func dropConfig() async -> [String] {
        guard let variable = plan.variable else { return [] }
        do {
            // Whatever the job reads now, be it somebody else's change.
            let now = try await server.send(NomadCalls.job(plan.jobID))
            let keys = PlannedVariable.keys(in: now?.document).union(PlannedVariable.keys(in: facts.job?.document))
            try await VariableUpkeep(server: server, path: variable.path).drop(
                allBut: keys.union(variable.keptKeys))
            return []
        } catch {
            return ["the failed release's config is left in Variable \(variable.path); the next deploy drops it"]
        }
    }

    private func allocations() async throws -> [Allocation] {
        try await NomadTrouble.translating("list the instances of \(app)") {
            try await server.send(NomadCalls.allocations(ofJob: plan.jobID))
        }
    }

    /// What serves now, process types that this deploy did not touch included.
    private func instances() async throws -> [Instance] {
        LiveAllocations(LiveJob(plan.settledJob ?? plan.job), try await allocations()).instances
    }
}

extension PlannedGroup {
    /// What a rollout watches of it.
    var watched: RolloutState.Group {
        RolloutState.Group(
            process: process, name: name, task: name, count: count, checkNames: checkNames,
            healthBudget: checkBudget.map { $0 + minHealthySeconds + 5 })
    }
}
