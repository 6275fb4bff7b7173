import AdapterKit

/// How far a rollout is, out of what the servers have told: a value that takes news and answers questions.
struct RolloutState: Sendable {
    /// A process type that is waited for, as the job has it.
    struct Group: Sendable, Equatable {
        var process: ProcessType
        /// The group's name in the job.
        var name: String
        /// The task that is the app's own.
        var task: String
        /// How many allocations it is to have.
        var count: Int
        /// The service checks in words, by their names in the job.
        var checkNames: [String: String] = [:]
        /// Seconds after its start in which an allocation must be healthy; `nil` to leave that to Nomad.
        var healthBudget: Int?
    }

    /// A version of a job that was just registered.
    struct Registered: Sendable, Equatable {
        var id: String
        /// What the version is counted as.
        var version: Int
        /// What deployments of the version name as their `JobSpecModifyIndex`.
        var jobModifyIndex: Int
        /// The job's first index: what is older belongs to a job of the same name that was purged.
        var createIndex: Int
        /// The evaluation that registering it led to; empty for none.
        var evaluation: String
        /// What was made from this index on was made for it.
        var since: Int
        /// Whether a deployment of Nomad's goes with it: not where the version is an old one, of which something is
        /// missing.
        var isDeployed = true
    }

    /// What is waited for.
    let groups: [Group]
    let job: Registered
    private var all: [Allocation] = []
    private(set) var deployment: NomadDeployment?
    /// Whether the scheduler has looked at the version.
    private var wasEvaluated = false
    /// Whether it is known that there is no deployment.
    private var isUndeployed = false
    /// Why allocations were not placed, by group.
    private(set) var unplaced: [String: AllocationMetric] = [:]
    /// Whether the servers know nothing of the version's deployment any more.
    private(set) var isForgotten = false

    init(_ groups: [Group], of job: Registered) {
        self.groups = groups
        self.job = job
    }

    // MARK: news

    /// - Parameter all: every allocation of the job.
    mutating func take(_ all: [Allocation]) {
        self.all = all.sorted { ($0.CreateIndex, $0.Name, $0.ID) < ($1.CreateIndex, $1.Name, $1.ID) }
    }

    /// A deployment of another version is none of ours.
    mutating func take(_ deployment: NomadDeployment) {
        guard job.isDeployed, deployment.JobSpecModifyIndex == job.jobModifyIndex else { return }
        self.deployment = deployment
    }

    /// - Parameter all: every evaluation of the job, or the one that registering it led to.
    mutating func take(_ all: [Evaluation]) {
        let own = all.filter { ($0.CreateIndex ?? 0) >= job.since }
        if job.evaluation.isEmpty || own.contains(where: { $0.ID == job.evaluation && $0.hasEnded }) {
            wasEvaluated = true
        }
        unplaced = [:]
        // What a later look found takes the place of what an earlier one did.
        for evaluation in own.sorted(by: { ($0.ModifyIndex ?? 0) < ($1.ModifyIndex ?? 0) }) {
            for group in groups where evaluation.hasEnded {
                unplaced[group.name] = evaluation.FailedTGAllocs?[group.name]
            }
        }
    }

    /// The servers have nothing to tell of the deployment any more.
    mutating func forget() { isForgotten = true }

    /// The scheduler saw nothing to deploy.
    mutating func noteNoDeployment() { isUndeployed = true }

    // MARK: answers

    /// The allocations of the version, oldest first.
    var allocations: [Allocation] {
        let version = deployment?.JobVersion ?? job.version
        return all.filter { $0.JobVersion == version && $0.CreateIndex >= job.createIndex }
    }

    /// Whether the scheduler has looked at the version and it is known what it made of it. Before that, nothing being
    /// there tells nothing.
    var isEvaluated: Bool { wasEvaluated && (isUndeployed || deployment != nil) }

    /// The allocations of the version that are wanted, in the order in which they were made.
    func live(_ group: Group) -> [Allocation] {
        allocations.filter { $0.TaskGroup == group.name && $0.DesiredStatus == "run" && !$0.isReplaced }
    }

    /// How many allocations are as they should be.
    func healthyCount(_ group: Group) -> Int {
        min(group.count, live(group).filter(isServing).count)
    }

    /// Whether an allocation is as it should be.
    func isServing(_ allocation: Allocation) -> Bool {
        guard allocation.ClientStatus == "running" else { return false }
        // Only where there is a deployment, somebody watches the health.
        return deployment?.TaskGroups?[allocation.TaskGroup] == nil || allocation.DeploymentStatus?.Healthy == true
    }

    /// Whether all that was asked for runs and is healthy, be it as canaries.
    var isHealthy: Bool {
        guard isEvaluated else { return false }
        return groups.allSatisfy { healthyCount($0) == $0.count && isCounted($0) }
    }

    /// Whether the deployment knows that a group is healthy: a promotion is refused before.
    private func isCounted(_ group: Group) -> Bool {
        guard let counts = deployment?.TaskGroups?[group.name], deployment?.hasEnded != true else { return true }
        let canaries = counts.DesiredCanaries ?? 0
        let wanted = canaries > 0 && counts.Promoted != true ? canaries : counts.DesiredTotal
        return (counts.HealthyAllocs ?? 0) >= wanted
    }

    /// Whether canaries wait for somebody to promote them.
    var waitsForPromotion: Bool {
        guard let deployment, !deployment.hasEnded else { return false }
        return (deployment.TaskGroups ?? [:]).values.contains {
            ($0.DesiredCanaries ?? 0) > 0 && $0.Promoted != true
        }
    }

    /// Whether the version has taken over.
    var isDone: Bool {
        guard isEvaluated else { return false }
        guard let deployment else { return isHealthy }
        return deployment.Status == "successful"
    }

    /// What Nomad said when it gave the version up; `nil` when it has not.
    var givenUp: String? {
        guard let deployment, deployment.Status == "failed" else { return nil }
        return deployment.StatusDescription ?? "the deployment failed"
    }

    /// Whether somebody registered, stopped or purged the job meanwhile.
    var isOverruled: Bool { isForgotten || deployment?.Status == "cancelled" }

    /// Groups of which not all allocations are there.
    var hasGaps: Bool { groups.contains { live($0).count < $0.count } }

    /// The allocations of a group that are in trouble, with what it is; what is worst comes first.
    func troubles(_ group: Group, _ app: AppName) -> [(allocation: Allocation, trouble: AllocationTrouble)] {
        let found = allocations.filter { $0.TaskGroup == group.name && !$0.isReplaced && isTelling($0) }.compactMap {
            allocation in
            AllocationTrouble.of(allocation, task: group.task, app: app).map { (allocation, $0) }
        }
        return found.filter { !$0.1.isPassing } + found.filter(\.1.isPassing)
    }

    /// An allocation that was there before and only goes on may have had its troubles long ago.
    private func isTelling(_ allocation: Allocation) -> Bool {
        let isNew = allocation.CreateIndex >= job.since
        guard job.isDeployed else { return isNew }
        if allocation.DesiredStatus != "run" { return isNew && allocation.ClientStatus == "failed" }
        return isNew || allocation.ClientStatus != "running" || allocation.DeploymentStatus?.Healthy == false
    }

    /// Why a group has fewer allocations than it should; `nil` when nobody has said.
    func placementTrouble(_ group: Group, _ app: AppName) -> AllocationTrouble? {
        guard live(group).count < group.count else { return nil }
        return unplaced[group.name].map { AllocationTrouble.unplaced($0, app) }
    }
}

extension Allocation {
    /// Whether another one has taken its place.
    var isReplaced: Bool { NextAllocation.map { !$0.isEmpty } ?? false }
}
