import JSONDocument
import Traffic

/// Room on the node: what does not fit waits, and what ends makes place.
extension NomadCluster {
    /// What the node has too little of for one more of `group`; `nil` when it fits.
    func exhausted(_ group: JSONValue) -> String? {
        let running = allocations.values.filter { $0.isWanted && !$0.isTerminal }
        let (cpu, memory) = size(group)
        if running.reduce(cpu, { $0 + $1.cpu }) > setup.cpu { return "cpu" }
        if running.reduce(memory, { $0 + $1.memory }) > setup.memory { return "memory" }
        return nil
    }

    private func size(_ group: JSONValue) -> (cpu: Int, memory: Int) {
        let resources = (group["Tasks"]?.items ?? []).compactMap { $0["Resources"] }
        return (
            resources.reduce(0) { $0 + $1.number("CPU") }, resources.reduce(0) { $0 + $1.number("MemoryMB") }
        )
    }

    /// Why there is no room, as Nomad tells it.
    func metric(_ group: JSONValue, _ dimension: String) -> JSONValue {
        let task = group["Tasks"]?.items?.first ?? [:]
        let wanted = task["Resources"] ?? [:]
        let isCPU = dimension == "cpu"
        return [
            "AllocationTime": 70_000, "ClassExhausted": .null, "ClassFiltered": .null, "CoalescedFailures": 0,
            "ConstraintFiltered": .null, "DimensionExhausted": .object([dimension: 1]), "NodesAvailable": ["dc1": 1],
            "NodesEvaluated": 1, "NodesExhausted": 1, "NodesFiltered": 0, "QuotaExhausted": .null,
            "ResourcesExhausted": .object([
                task.string("Name"): [
                    "CPU": isCPU ? wanted["CPU"] ?? 0 : 0, "Cores": 0, "Devices": .null, "DiskMB": 0, "IOPS": 0,
                    "MemoryMB": isCPU ? 0 : wanted["MemoryMB"] ?? 0, "MemoryMaxMB": 0, "Networks": .null,
                ]
            ]), "ScoreMetaData": .null, "Scores": .null,
        ]
    }

    /// The evaluation that waits for room.
    func blockedEvaluation(of evaluation: Evaluation) -> Evaluation {
        Evaluation(
            id: newID(), key: evaluation.key, trigger: "queued-allocs", type: evaluation.type,
            priority: evaluation.priority, status: "blocked",
            description: "created to place remaining allocations", jobModifyIndex: evaluation.jobModifyIndex,
            previous: evaluation.id, failures: evaluation.failures, createIndex: 0, modifyIndex: 0, createTime: now,
            modifyTime: now)
    }

    /// Keeps what could not be placed for later.
    func block(_ evaluation: Evaluation) -> String {
        var blocked = blockedEvaluation(of: evaluation)
        blocked.createIndex = bump(.evaluations)
        blocked.modifyIndex = blocked.createIndex
        evaluations[blocked.id] = blocked
        return blocked.id
    }

    /// Something has come to its end: there may be room now, or it has to be replaced.
    func hasEnded(_ allocation: Allocation) {
        for blocked in evaluations.values where blocked.status == "blocked" {
            evaluations[blocked.id]?.status = "pending"
            evaluations[blocked.id]?.failures = [:]
            process(blocked.id)
        }
        guard allocation.clientStatus == "failed", allocation.isWanted else { return }
        let policy = allocation.groupSpec["ReschedulePolicy"] ?? [:]
        let tries = allocation.reschedules.count
        guard policy["Unlimited"]?.flag == true || tries < policy.number("Attempts") else { return }
        var delay = Double(policy.number("Delay")) / 1e9
        if policy.string("DelayFunction") == "exponential" {
            for _ in 0..<min(tries, 20) { delay *= 2 }
            if policy.number("MaxDelay") > 0 { delay = min(delay, Double(policy.number("MaxDelay")) / 1e9) }
        }
        Task {
            await self.clock.pause(delay)
            self.reschedule(allocation.id)
        }
    }

    private func reschedule(_ id: String) {
        guard let allocation = allocations[id], allocation.isWanted, let job = jobs[allocation.key] else { return }
        allocations[id]?.isWaitingForReschedule = true
        _ = schedule(job, "alloc-failure", bump(.evaluations))
    }
}
