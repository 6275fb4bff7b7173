import JSONDocument

/// What is watched while a deployment runs: its progress, and the health of its allocations.
extension NomadCluster {
    func watchProgress(_ id: String) async {
        while let deployment = deployments[id], deployment.isActive {
            let open = deployment.groups.values.filter { !$0.isFinished && !$0.isWaitingForPromotion }
            guard let deadline = open.compactMap(\.requireProgressBy).min() else {
                let seen = deployment.modifyIndex
                await wait { self.deployments[id]?.modifyIndex != seen }
                continue
            }
            if deadline <= now {
                fail(id, "Failed due to progress deadline")
                if let job = jobs[deployment.key] { _ = schedule(job, "deployment-watcher", bump(.evaluations)) }
                return
            }
            let seen = deployment.modifyIndex
            await wait(atMost: Double(deadline - now) / 1e9 + 0.001) { self.deployments[id]?.modifyIndex != seen }
        }
    }

    /// Watches an allocation until it is known to be healthy or not.
    func watchHealth(_ id: String) async {
        guard let allocation = allocations[id], let deployment = allocation.deployment else { return }
        let update = allocation.groupSpec["Update"] ?? [:]
        let steady = Double(update.number("MinHealthyTime")) / 1e9
        let deadline = now + update.number("HealthyDeadline")
        while let current = allocations[id], current.deployment == deployment, current.isWanted {
            if current.states.values.contains(where: \.isFailed) {
                return judge(id, isHealthy: false, "Unhealthy because of failed task")
            }
            guard now < deadline else {
                return judge(id, isHealthy: false, lateness(current, update))
            }
            let starts = healthySince(id)
            let rest = Double(deadline - now) / 1e9
            guard starts != nil else {
                await wait(atMost: rest) { self.healthySince(id) != nil || self.isSettled(id) }
                if isSettled(id), allocations[id]?.states.values.contains(where: \.isFailed) != true { return }
                continue
            }
            await wait(atMost: min(steady, rest)) { self.healthySince(id) != starts || self.isSettled(id) }
            if healthySince(id) == starts, now < deadline, allocations[id]?.isWanted == true {
                return judge(id, isHealthy: true, "")
            }
        }
    }

    /// Why it has not become healthy in time.
    private func lateness(_ allocation: Allocation, _ update: JSONValue) -> String {
        let late = (checkResults[allocation.id] ?? [:]).values.filter { !$0.isReadiness && $0.status != "success" }
        if runningSince(allocation.id) != nil, !late.isEmpty {
            return "Services not healthy by deadline: " + Set(late.map(\.service)).sorted().joined(separator: ", ")
        }
        return "Task not running for min_healthy_time of "
            + GoDuration.text(nanoseconds: update.number("MinHealthyTime")) + " by deadline"
    }

    /// When each task was started; `nil` unless all run, and pass the checks that the deployment waits for.
    private func healthySince(_ id: String) -> [Int]? {
        guard let allocation = allocations[id], let starts = runningSince(id) else { return nil }
        guard allocation.groupSpec["Update"]?.string("HealthCheck") == "checks" else { return starts }
        return passesChecks(allocation) ? starts : nil
    }

    func isSettled(_ id: String) -> Bool { allocations[id].map { $0.isTerminal || !$0.isWanted } ?? true }

    /// When each task was started; `nil` unless all run.
    func runningSince(_ id: String) -> [Int]? {
        guard let allocation = allocations[id] else { return nil }
        let states = allocation.tasks.filter { !$0.runsOnce }.map {
            allocation.states[$0.string("Name")] ?? TaskState()
        }
        guard states.allSatisfy({ $0.state == "running" }) else { return nil }
        return states.map { $0.startedAt ?? 0 }
    }

    private func judge(_ id: String, isHealthy: Bool, _ reason: String) {
        guard let allocation = allocations[id], let deployment = allocation.deployment else { return }
        if !isHealthy {
            for task in allocation.tasks { record(id, task.string("Name"), .message("Alloc Unhealthy", reason)) }
            allocations[id]?.mayReschedule = true
        }
        let index = bump(.allocations, .deployments)
        allocations[id]?.health = .init(isHealthy: isHealthy, isCanary: allocation.isCanary, time: now, index: index)
        allocations[id]?.modifyIndex = index
        count(deployment, allocation.group) { state in
            if isHealthy {
                state.healthy += 1
                state.requireProgressBy = self.now + state.progress
            } else {
                state.unhealthy += 1
            }
        }
        if !isHealthy, deployments[deployment]?.groups[allocation.group]?.progress == 0 {
            fail(deployment, "Failed due to unhealthy allocations")
        }
        follow(deployment)
    }

    /// Has the scheduler look again a little later: Nomad gathers changes for about a second.
    private func follow(_ id: String) {
        guard deployments[id]?.isFollowed == false else { return }
        deployments[id]?.isFollowed = true
        Task {
            await self.clock.pause(1)
            self.followed(id)
        }
    }

    private func followed(_ id: String) {
        deployments[id]?.isFollowed = false
        guard let deployment = deployments[id], let job = jobs[deployment.key] else { return }
        let ready = deployment.groups.filter { $0.value.desiredCanaries > 0 && !$0.value.isPromoted }
        if deployment.isActive, !ready.isEmpty, ready.values.allSatisfy({ $0.autoPromote && $0.isWaitingForPromotion })
        {
            promote(id, Array(ready.keys))
        }
        _ = schedule(job, "deployment-watcher", bump(.evaluations))
    }
}
