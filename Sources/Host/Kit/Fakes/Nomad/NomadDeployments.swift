import JSONDocument
import Traffic

/// Questions about deployments, and how they begin, succeed and fail.
extension NomadCluster {
    // MARK: questions

    func deployment(_ request: ServedRequest, _ rest: [String]) throws -> NomadReply {
        let verb = rest.count > 1 ? rest[0] : ""
        let id = rest.last ?? ""
        try checkID(id, "deployment")
        let found = deployments[id]
        if verb.isEmpty || verb == "allocations" {
            try permit(request, .read, in: found?.key.namespace)
            if verb == "allocations" {
                return .read(
                    list(allocations.values.filter { $0.deployment == id }.map(\.stub)), index(of: .allocations))
            }
            guard let found else { return .missing("deployment not found", index(of: .deployments)) }
            return .read(found.json, found.modifyIndex)
        }
        try checkMethod(request, "PUT", "POST")
        try permit(request, .write, in: found?.key.namespace)
        guard let found else { throw NomadTrouble(404, "deployment not found") }
        switch verb {
        case "promote": return try promote(found, try body(request))
        case "fail":
            guard found.isActive else { throw NomadTrouble(500, "can't fail terminal deployment") }
            let reverted = fail(found.id, "Deployment marked as failed")
            return decided(found.id, reverted)
        case "pause":
            guard found.isActive else { throw NomadTrouble(500, "can't pause terminal deployment") }
            let isPaused = try body(request)["Pause"]?.flag ?? false
            deployments[id]?.status = isPaused ? "paused" : "running"
            deployments[id]?.description = isPaused ? "Deployment is paused" : "Deployment is running"
            return decided(found.id, nil)
        default: throw NomadTrouble(404, "")
        }
    }

    /// The answer to a decision on a deployment, which leads to an evaluation.
    private func decided(_ id: String, _ reverted: Int?) -> NomadReply {
        let index = bump(.deployments, .evaluations)
        deployments[id]?.modifyIndex = index
        var evaluation = ""
        if let deployment = deployments[id], let job = jobs[deployment.key] {
            evaluation = schedule(job, "deployment-watcher", index)
        }
        return .written(
            [
                "EvalID": .string(evaluation), "EvalCreateIndex": .integer(index),
                "DeploymentModifyIndex": .integer(index), "Index": .integer(index),
                "RevertedJobVersion": reverted.map { .integer($0) } ?? .null,
            ], index)
    }

    private func promote(_ deployment: Deployment, _ given: JSONValue) throws -> NomadReply {
        guard deployment.isActive else { throw NomadTrouble(500, "can't promote terminal deployment") }
        let named = (given["Groups"]?.items ?? []).compactMap(\.text)
        let groups = deployment.groups.filter { given["All"]?.flag == true || named.contains($0.key) }
        let open = groups.filter { $0.value.desiredCanaries > 0 && !$0.value.isPromoted }
        guard !open.isEmpty else { throw NomadTrouble(500, "no canaries to promote") }
        let early = open.filter { healthyCanaries($0.value) < $0.value.desiredCanaries }
        guard early.isEmpty else {
            throw NomadTrouble(
                500,
                NomadTrouble.list(
                    early.sorted { $0.key < $1.key }.map {
                        "Task group \"\($0.key)\" has \(healthyCanaries($0.value))/\($0.value.desiredCanaries) "
                            + "healthy allocations"
                    }))
        }
        promote(deployment.id, Array(open.keys))
        return decided(deployment.id, nil)
    }

    private func healthyCanaries(_ state: Deployment.GroupState) -> Int {
        state.canaries.count { allocations[$0]?.health?.isHealthy == true }
    }

    /// Makes a release of the canaries of `groups`.
    func promote(_ id: String, _ groups: [String]) {
        for name in groups {
            count(id, name) { state in
                state.isPromoted = true
                state.requireProgressBy = self.now + state.progress
            }
            for canary in deployments[id]?.groups[name]?.canaries ?? [] {
                allocations[canary]?.health?.isCanary = false
            }
        }
        if deployments[id]?.groups.values.allSatisfy({ $0.desiredCanaries == 0 || $0.isPromoted }) == true {
            deployments[id]?.description = "Deployment is running"
        }
    }

    // MARK: its life

    /// The deployment of the newest version, if there has been one.
    func newestDeployment(_ job: NomadJob) -> Deployment? {
        lastDeployment(job).flatMap { $0.jobVersion == job.version ? $0 : nil }
    }

    /// The job's last deployment, of whichever version.
    func lastDeployment(_ job: NomadJob) -> Deployment? {
        deployments.values.filter { $0.key == job.key && $0.jobCreateIndex == job.createIndex }
            .max { $0.createIndex < $1.createIndex }
    }

    /// - Returns: `nil` for a job none of whose groups is rolled out.
    func begin(_ job: NomadJob, _ changes: [GroupChanges], _ index: Int) -> Deployment? {
        var groups: [String: Deployment.GroupState] = [:]
        for (group, change) in zip(job.current.groups, changes) {
            let update = group["Update"] ?? .null
            let count = group.number("Count")
            guard update.number("MaxParallel") > 0, count > 0 else { continue }
            let canaries = change.canaries.isEmpty ? 0 : update.number("Canary")
            let places = !change.places.isEmpty || !change.replaced.isEmpty || !change.kept.isEmpty || canaries > 0
            groups[group.string("Name")] = Deployment.GroupState(
                autoRevert: update["AutoRevert"]?.flag ?? false,
                autoPromote: update["AutoPromote"]?.flag ?? false, desiredCanaries: canaries, desiredTotal: count,
                progress: update.number("ProgressDeadline"),
                requireProgressBy: places && (exhausted(group) == nil || change.places.isEmpty)
                    ? now + update.number("ProgressDeadline") : nil)
        }
        guard !groups.isEmpty else { return nil }
        let canaries = groups.values.filter { $0.desiredCanaries > 0 }
        let description =
            canaries.isEmpty
            ? "Deployment is running"
            : canaries.allSatisfy(\.autoPromote)
                ? "Deployment is running pending automatic promotion"
                : "Deployment is running but requires manual promotion"
        let deployment = Deployment(
            id: newID(), key: job.key, jobVersion: job.version, jobModifyIndex: job.modifyIndex,
            jobCreateIndex: job.createIndex, description: description, groups: groups, createIndex: index,
            modifyIndex: index)
        deployments[deployment.id] = deployment
        Task { await self.watchProgress(deployment.id) }
        return deployment
    }

    /// Changes how far a group is.
    func count(_ id: String, _ group: String, _ change: (inout Deployment.GroupState) -> Void) {
        guard var state = deployments[id]?.groups[group] else { return }
        change(&state)
        deployments[id]?.groups[group] = state
        deployments[id]?.modifyIndex = bump(.deployments)
    }

    func end(_ id: String, _ status: String, _ description: String) {
        deployments[id]?.status = status
        deployments[id]?.description = description
        deployments[id]?.modifyIndex = bump(.deployments)
    }

    /// Ends a deployment that has got there.
    func settle(_ id: String, isDone: Bool) {
        guard isDone, let deployment = deployments[id], deployment.isActive,
            deployment.groups.values.allSatisfy(\.isFinished)
        else { return }
        end(id, "successful", "Deployment completed successfully")
        setStable(deployment.key, deployment.jobVersion, true)
    }

    func setStable(_ key: JobKey, _ version: Int, _ isStable: Bool) {
        guard let place = jobs[key]?.versions.firstIndex(where: { $0.number("Version") == version }) else { return }
        jobs[key]?.versions[place]["Stable"] = .bool(isStable)
        jobs[key]?.versions[place]["ModifyIndex"] = .integer(bump(.jobs))
    }

    /// Ends a deployment that failed, and goes back where that is asked for.
    /// - Returns: the version that it went back to.
    @discardableResult
    func fail(_ id: String, _ reason: String) -> Int? {
        guard let deployment = deployments[id], let job = jobs[deployment.key] else { return nil }
        guard deployment.groups.values.contains(where: \.autoRevert) else {
            end(id, "failed", reason)
            return nil
        }
        let stable = job.versions.first {
            $0.number("Version") < deployment.jobVersion && $0["Stable"]?.flag == true
        }
        guard let stable else {
            end(id, "failed", reason + " - no stable job version to auto revert to")
            return nil
        }
        let version = stable.number("Version")
        guard stable["TaskGroups"] != job.current["TaskGroups"] || stable["Meta"] != job.current["Meta"] else {
            end(
                id, "failed",
                reason + " - not rolling back to stable job version \(version) as current job has same specification")
            return nil
        }
        end(id, "failed", reason + " - rolling back to job version \(version)")
        put(stable, job.key, trigger: "deployment-watcher")
        return version
    }
}
