import JSONDocument
import Traffic

/// What has to happen to a group so that it is what its job says.
struct GroupChanges: Sendable {
    struct Placement: Sendable {
        var number: Int
        var previous: String?
        var isCanary = false
    }

    var places: [Placement] = []
    var canaries: [Placement] = []
    /// Replaced in this round, each by a new one of the same number.
    var replaced: [Allocation] = []
    var migrated: [Allocation] = []
    var rescheduled: [Allocation] = []
    var stopped: [Allocation] = []
    /// They go on running and only get the new version.
    var kept: [Allocation] = []
    /// What stays as it is, and what waits for a later round.
    var ignored = 0
    /// Those of older versions that wait for a later round.
    var waiting = 0

    /// Whether nothing of an older version is left.
    var isDone: Bool { places.isEmpty && canaries.isEmpty && replaced.isEmpty && waiting == 0 }
    /// Whether a deployment has something to do.
    var changesSomething: Bool {
        !(places.isEmpty && canaries.isEmpty && replaced.isEmpty && kept.isEmpty)
    }
}

/// The scheduler: evaluations lead to allocations.
extension NomadCluster {
    static let notNeeded = "alloc not needed due to job update"

    /// Asks for a decision on a job; it comes a little later, as a real scheduler's does.
    /// - Returns: the evaluation's id.
    func schedule(_ job: NomadJob, _ trigger: String, _ index: Int) -> String {
        let evaluation = Evaluation(
            id: newID(), key: job.key, trigger: trigger, type: job.current.string("Type"),
            priority: max(1, job.current.number("Priority")), jobModifyIndex: job.modifyIndex, createIndex: index,
            modifyIndex: index, createTime: now, modifyTime: now)
        evaluations[evaluation.id] = evaluation
        Task {
            await self.clock.pause(0.05)
            self.process(evaluation.id)
        }
        return evaluation.id
    }

    func process(_ id: String) {
        guard var evaluation = evaluations[id], evaluation.status == "pending" else { return }
        defer {
            evaluation.status = "complete"
            evaluation.modifyIndex = bump(.evaluations)
            evaluation.modifyTime = now
            evaluations[id] = evaluation
            updateJobStatus(evaluation.key)
        }
        guard let job = jobs[evaluation.key], !job.isStopped else { return stopAll(evaluation.key) }
        guard !job.isTemplate else { return }
        cancelOutdated(job)
        let groups = job.current.groups
        for group in groups { stopForsaken(job, group) }
        var deployment = newestDeployment(job)
        let changes = groups.map { self.changes(job.current, $0, deployment) }
        let index = bump(.allocations, .deployments)
        if deployment == nil, job.isService, changes.contains(where: \.changesSomething) {
            deployment = begin(job, changes, index)
        }
        // Where nothing is rolled out, the last one is named, whichever version it was for.
        evaluation.deployment = (deployment ?? lastDeployment(job))?.id
        evaluation.queued = [:]
        for (group, change) in zip(groups, changes) {
            carryOut(change, job, group, &evaluation, deployment, index)
        }
        stopVanished(job)
        if !evaluation.failures.isEmpty { evaluation.blocked = block(evaluation) }
        if let deployment { settle(deployment.id, isDone: changes.allSatisfy(\.isDone)) }
    }

    private func stopAll(_ key: JobKey) {
        let index = bump(.allocations)
        for allocation in allocations.values where allocation.key == key { stop(allocation.id, Self.notNeeded, index) }
        for deployment in deployments.values where deployment.key == key && deployment.isActive {
            end(deployment.id, "cancelled", "Cancelled because job is stopped")
        }
        for evaluation in evaluations.values where evaluation.key == key && evaluation.status == "blocked" {
            evaluations[evaluation.id]?.status = "cancelled"
        }
    }

    private func cancelOutdated(_ job: NomadJob) {
        for deployment in deployments.values
        where deployment.key == job.key && deployment.isActive && deployment.jobVersion != job.version {
            end(deployment.id, "cancelled", "Cancelled due to newer version of job")
        }
        for evaluation in evaluations.values where evaluation.key == job.key && evaluation.status == "blocked" {
            evaluations[evaluation.id]?.status = "cancelled"
        }
    }

    /// Canaries of a release that came to nothing go.
    private func stopForsaken(_ job: NomadJob, _ group: JSONValue) {
        let index = index(of: .allocations)
        for allocation in allocations.values
        where allocation.key == job.key && allocation.isCanary && allocation.isWanted {
            guard let deployment = allocation.deployment.flatMap({ deployments[$0] }), !deployment.isActive else {
                continue
            }
            stop(allocation.id, Self.notNeeded, index)
        }
    }

    /// Groups that the job no longer has.
    private func stopVanished(_ job: NomadJob) {
        let index = index(of: .allocations)
        for allocation in allocations.values
        where allocation.key == job.key && job.current.group(allocation.group) == nil {
            stop(allocation.id, Self.notNeeded, index)
        }
    }

    // MARK: deciding

    /// What has to happen to `group` of `job`, which may be one that is only thought of.
    func changes(_ job: JSONValue, _ group: JSONValue, _ deployment: Deployment?) -> GroupChanges {
        let name = group.string("Name")
        let key = JobKey(namespace: job.string("Namespace"), id: job.string("ID"))
        let isService = job.string("Type") == "service"
        let count = job["Stop"]?.flag == true ? 0 : group.number("Count")
        let version = job.number("Version")
        let wanted = allocations.values.filter { allocation in
            guard allocation.key == key, allocation.group == name, allocation.isWanted else { return false }
            // What a batch job has done for an older version counts for nothing.
            if !isService, allocation.isTerminal, allocation.version != version { return false }
            return true
        }.sorted { ($0.number, $0.createIndex) < ($1.number, $1.createIndex) }
        let canaries = wanted.filter { $0.isCanary }
        let substance = NomadJobSpec.substance(job, group)
        let isOld: (Allocation) -> Bool = {
            NomadJobSpec.substance($0.job, $0.groupSpec) != substance && (isService || !$0.isTerminal)
        }
        var result = GroupChanges()
        var current = wanted.filter { !$0.isCanary && !isOld($0) }
        var old = wanted.filter { !$0.isCanary && isOld($0) }
        let update = group["Update"] ?? .null
        let state = deployment?.groups[name]
        let needsCanaries = isService && update.number("Canary") > 0 && !old.isEmpty && state?.isPromoted != true
        let hasFailed = deployment.map { !$0.isActive && $0.status != "successful" } ?? false
        result.migrated = current.filter { $0.isMigrating }
        result.rescheduled = current.filter { $0.isWaitingForReschedule && !$0.isMigrating }
        current.removeAll { $0.isMigrating || $0.isWaitingForReschedule }
        let moving = result.migrated.count + result.rescheduled.count
        // Too many: those of older versions go first, then those with the highest numbers.
        while current.count + old.count + moving > count {
            if let gone = old.popLast() ?? current.popLast() { result.stopped.append(gone) } else { break }
        }
        result.kept = current.filter { $0.version != version }
        result.ignored = current.count - result.kept.count
        if hasFailed {
            result.ignored += old.count
            return result
        }
        if needsCanaries {
            let missing = max(0, update.number("Canary") - canaries.count)
            result.canaries = Self.free(missing, besides: canaries).map { .init(number: $0, isCanary: true) }
            result.ignored += old.count
            result.waiting = old.count
            return result
        }
        let parallel = update.number("MaxParallel")
        var room = isService && parallel > 0 ? parallel : Int.max
        if let deployment, room < Int.max {
            room -= current.count { $0.deployment == deployment.id && $0.health?.isHealthy != true && !$0.isTerminal }
        }
        result.replaced = Array(old.prefix(max(0, room)))
        result.waiting = old.count - result.replaced.count
        result.ignored += result.waiting
        let missing = max(0, count - current.count - old.count - moving)
        result.places = Self.free(missing, besides: current + old).map { .init(number: $0) }
        return result
    }

    /// The lowest numbers that none of `others` has.
    private static func free(_ count: Int, besides others: [Allocation]) -> [Int] {
        let taken = Set(others.map(\.number))
        return Array((0..<(count + taken.count)).filter { !taken.contains($0) }.prefix(count))
    }

    // MARK: carrying out

    private func carryOut(
        _ change: GroupChanges, _ job: NomadJob, _ group: JSONValue, _ evaluation: inout Evaluation,
        _ deployment: Deployment?, _ index: Int
    ) {
        let name = group.string("Name")
        evaluation.queued?[name] = 0
        for allocation in change.stopped { stop(allocation.id, Self.notNeeded, index) }
        for allocation in change.kept { keep(allocation.id, job, deployment, index) }
        func placeAll(_ placements: [GroupChanges.Placement]) {
            for placement in placements {
                guard let trouble = trouble(placing: group, of: job.current) else {
                    place(placement, job, group, evaluation.id, deployment, index)
                    continue
                }
                evaluation.queued?[name, default: 0] += 1
                evaluation.failures[name] = trouble
            }
        }
        func replace(_ old: [Allocation], _ description: String) {
            for allocation in old {
                // Its room is the new one's.
                stop(allocation.id, description, index)
                placeAll([.init(number: allocation.number, previous: allocation.id)])
            }
        }
        replace(change.replaced, "alloc is being updated due to job update")
        replace(change.migrated, "alloc is being migrated")
        replace(change.rescheduled, "alloc was rescheduled because it failed")
        placeAll(change.places + change.canaries)
    }

    /// An allocation that fits the new version as it is.
    private func keep(_ id: String, _ job: NomadJob, _ deployment: Deployment?, _ index: Int) {
        allocations[id]?.job = job.current
        allocations[id]?.modifyIndex = index
        guard let deployment, deployment.isActive else { return }
        allocations[id]?.deployment = deployment.id
        allocations[id]?.health = nil
        count(deployment.id, allocations[id]?.group ?? "") { $0.placed += 1 }
        Task { await self.watchHealth(id) }
    }

    private func place(
        _ placement: GroupChanges.Placement, _ job: NomadJob, _ group: JSONValue, _ evaluation: String,
        _ deployment: Deployment?, _ index: Int
    ) {
        let name = group.string("Name")
        var snapshot = job.current
        if snapshot.number("Version") == 0 { snapshot["Status"] = "pending" }
        var allocation = Allocation(
            id: newID(), key: job.key, group: name, number: placement.number, job: snapshot, evaluation: evaluation,
            nodeID: nodeID, createIndex: index, modifyIndex: index, createTime: now, modifyTime: now)
        allocation.address = address
        allocation.ports = ports(group)
        allocation.previous = placement.previous
        if let previous = placement.previous.flatMap({ allocations[$0] }) {
            allocations[previous.id]?.next = allocation.id
            if previous.isWaitingForReschedule {
                allocation.reschedules =
                    previous.reschedules + [
                        [
                            "PrevAllocID": .string(previous.id), "PrevNodeID": .string(nodeID),
                            "RescheduleTime": .integer(now), "Delay": 0,
                        ]
                    ]
                allocations[previous.id]?.isWaitingForReschedule = false
            }
        }
        if let deployment, deployment.isActive {
            allocation.deployment = deployment.id
            if placement.isCanary {
                allocation.health = .init(isHealthy: nil, isCanary: true, time: 0, index: 0)
            }
            count(deployment.id, name) { state in
                state.placed += 1
                if placement.isCanary { state.canaries.append(allocation.id) }
            }
        }
        allocations[allocation.id] = allocation
        start(allocation.id)
    }

    private func ports(_ group: JSONValue) -> [Allocation.Port] {
        (group["Networks"]?.items ?? []).flatMap { network -> [Allocation.Port] in
            let dynamic = (network["DynamicPorts"]?.items ?? []).map { port -> Allocation.Port in
                lastPort = lastPort >= 31_999 ? 20_001 : lastPort + 1
                return .init(label: port.string("Label"), value: lastPort, to: port.number("To"))
            }
            let reserved = (network["ReservedPorts"]?.items ?? []).map {
                Allocation.Port(label: $0.string("Label"), value: $0.number("Value"), to: $0.number("To"))
            }
            return dynamic + reserved
        }
    }
}
