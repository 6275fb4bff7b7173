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

    /// Why there is no node for one more of `group`, as Nomad tells it; `nil` when there is one.
    func trouble(placing group: JSONValue, of job: JSONValue) -> JSONValue? {
        var metric: JSONValue = [
            "AllocationTime": 70_000, "ClassExhausted": .null, "ClassFiltered": .null, "CoalescedFailures": 0,
            "ConstraintFiltered": .null, "DimensionExhausted": .null, "NodesAvailable": ["dc1": 1],
            "NodesEvaluated": 1, "NodesExhausted": 0, "NodesFiltered": 0, "QuotaExhausted": .null,
            "ResourcesExhausted": .null, "ScoreMetaData": .null, "Scores": .null,
        ]
        let centers = (job["Datacenters"]?.items ?? []).compactMap(\.text)
        guard centers.contains(where: { $0 == "dc1" || $0 == "*" }) else {
            metric["NodesAvailable"] = .object(Dictionary(centers.map { ($0, 0) }) { first, _ in first })
            metric["NodesEvaluated"] = 0
            return metric
        }
        if let constraint = unmet(group, of: job) {
            metric["ConstraintFiltered"] = .object([constraint: 1])
            metric["NodesFiltered"] = 1
            return metric
        }
        guard let dimension = exhausted(group) else { return nil }
        let task = group["Tasks"]?.items?.first ?? [:]
        let wanted = task["Resources"] ?? [:]
        let isCPU = dimension == "cpu"
        metric["DimensionExhausted"] = .object([dimension: 1])
        metric["NodesExhausted"] = 1
        metric["ResourcesExhausted"] = .object([
            task.string("Name"): [
                "CPU": isCPU ? wanted["CPU"] ?? 0 : 0, "Cores": 0, "Devices": .null, "DiskMB": 0, "IOPS": 0,
                "MemoryMB": isCPU ? 0 : wanted["MemoryMB"] ?? 0, "MemoryMaxMB": 0, "Networks": .null,
            ]
        ])
        return metric
    }

    /// What the node does not have, in Nomad's words.
    private func unmet(_ group: JSONValue, of job: JSONValue) -> String? {
        let tasks = group["Tasks"]?.items ?? []
        if tasks.contains(where: { $0.string("Driver") != "docker" }) { return "missing drivers" }
        let services = ([group] + tasks).flatMap { $0["Services"]?.items ?? [] }
        if isAtLeast(1, 3), services.contains(where: { $0.string("Provider") != "nomad" }) {
            return "${attr.consul.version} semver >= 1.8.0"
        }
        let attributes = node["Attributes"] ?? [:]
        for constraint in ([job, group] + tasks).flatMap({ $0["Constraints"]?.items ?? [] }) {
            let target = constraint.string("LTarget")
            let operand = constraint.string("Operand")
            guard target.hasPrefix("${attr."), ["=", "==", "is", "!=", "not"].contains(operand) else { continue }
            let isSame = attributes.string(String(target.dropFirst(7).dropLast())) == constraint.string("RTarget")
            if isSame != ["=", "==", "is"].contains(operand) {
                return "\(target) \(operand) \(constraint.string("RTarget"))"
            }
        }
        return nil
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
