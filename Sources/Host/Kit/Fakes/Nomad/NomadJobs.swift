import JSONDocument
import Traffic

/// Questions about jobs.
extension NomadCluster {
    func jobs(_ request: ServedRequest) throws -> NomadReply {
        guard request.method == "GET" else {
            try checkMethod(request, "PUT", "POST")
            return try register(request)
        }
        try permit(request, .list)
        let prefix = request.query("prefix") ?? ""
        let found = jobs.values.filter { inNamespace(request, $0.key.namespace) && $0.key.id.hasPrefix(prefix) }
        return .read(list(found.map(stub)), index(of: .jobs))
    }

    /// `/v1/job/ID/VERB`: an id may have slashes, so the verb is what stands last.
    func job(_ request: ServedRequest, _ rest: [String]) throws -> NomadReply {
        var words = rest
        let verb = try verb(&words)
        let id = words.joined(separator: "/")
        let key = JobKey(namespace: asked(request), id: id)
        if verb.isEmpty, ["PUT", "POST"].contains(request.method) { return try register(request, id) }
        if verb == "plan" { return try planned(request, id) }
        let isReading = request.method == "GET"
        let rights: [String: NomadAccess.Need] = [
            "scale": .scale, "dispatch": .dispatch, "periodic/force": .force,
        ]
        try permit(request, isReading ? .read : rights[verb] ?? .write)
        guard isReading else { return try change(request, key, verb) }
        return try question(request, key, verb)
    }

    private func verb(_ words: inout [String]) throws -> String {
        let verbs = [
            "allocations", "evaluations", "deployment", "deployments", "versions", "summary", "scale", "plan",
            "evaluate", "dispatch", "revert", "stable", "submission", "services",
        ]
        guard words.count > 1, let last = words.last else { return "" }
        if words.count > 2, words.suffix(2) == ["periodic", "force"] {
            words.removeLast(2)
            return "periodic/force"
        }
        guard verbs.contains(last) else { return "" }
        words.removeLast()
        return last
    }

    private func question(_ request: ServedRequest, _ key: JobKey, _ verb: String) throws -> NomadReply {
        let found = jobs[key]
        let absent = NomadReply.missing("job not found", index(of: .jobs))
        switch verb {
        case "":
            guard let found else { return absent }
            return .read(found.current, found.current.number("ModifyIndex"))
        case "versions":
            guard let found else { return .missing("job versions not found", index(of: .jobs)) }
            let index = found.current.number("ModifyIndex")
            let differences = zip(found.versions, found.versions.dropFirst()).map {
                JobDifference.json(from: $1, to: $0, updates: nil)
            }
            return .read(
                [
                    "Versions": .array(found.versions), "Index": .integer(index), "KnownLeader": true,
                    "LastContact": 0, "Diffs": request.flag("diffs") ? .array(differences) : .null,
                ], index)
        case "allocations":
            let all = allocations.values.filter { $0.key == key }
            return .read(list(all.map(\.stub)), index(of: .allocations))
        case "evaluations":
            return .read(
                list(evaluations.values.filter { $0.key == key }.map(\.json)), index(of: .evaluations))
        case "deployments":
            return .read(
                list(deployments.values.filter { $0.key == key }.map(\.json)), index(of: .deployments))
        case "deployment":
            let newest = deployments.values.filter { $0.key == key }.max { $0.createIndex < $1.createIndex }
            guard let newest else { return .read(.null, index(of: .deployments)) }
            return .read(newest.json, newest.modifyIndex)
        case "summary":
            guard let found else { return absent }
            return .read(summary(found), found.summaryIndex)
        case "scale":
            guard let found else { return absent }
            return .read(scaling(found), max(found.current.number("ModifyIndex"), found.summaryIndex))
        case "services" where isAtLeast(1, 3): return .read([], index(of: .allocations))
        default: throw NomadTrouble(404, "")
        }
    }

    // MARK: documents

    private func stub(_ job: NomadJob) -> JSONValue {
        var stub: [String: JSONValue] = [:]
        for field in [
            "CreateIndex", "Datacenters", "ID", "JobModifyIndex", "ModifyIndex", "Multiregion", "Name", "Namespace",
            "ParentID", "Priority", "Status", "StatusDescription", "Stop", "SubmitTime", "Type",
        ] { stub[field] = job.current[field] }
        stub["JobSummary"] = summary(job)
        stub["ParameterizedJob"] = .bool(job.isParameterized)
        stub["Periodic"] = .bool((job.current["Periodic"] ?? .null) != .null)
        return .object(stub)
    }

    private func summary(_ job: NomadJob) -> JSONValue {
        var groups: [String: JSONValue] = [:]
        for group in job.current.groups {
            let name = group.string("Name")
            let all = allocations.values.filter { $0.key == job.key && $0.group == name }
            func count(_ status: String) -> JSONValue { .integer(all.count { $0.clientStatus == status }) }
            let queued = evaluations.values.filter { $0.key == job.key && $0.status == "blocked" }
                .reduce(0) { $0 + ($1.failures[name] != nil ? 1 : 0) }
            groups[name] = [
                "Complete": count("complete"), "Failed": count("failed"), "Lost": count("lost"),
                "Queued": .integer(queued), "Running": count("running"), "Starting": count("pending"),
            ]
        }
        let children = job.children.compactMap { jobs[$0]?.current.string("Status") }
        func count(_ status: String) -> JSONValue { .integer(children.count { $0 == status }) }
        return [
            "JobID": .string(job.key.id), "Namespace": .string(job.key.namespace), "Summary": .object(groups),
            "Children": ["Pending": count("pending"), "Running": count("running"), "Dead": count("dead")],
            "CreateIndex": .integer(job.createIndex), "ModifyIndex": .integer(job.summaryIndex),
        ]
    }

    private func scaling(_ job: NomadJob) -> JSONValue {
        var groups: [String: JSONValue] = [:]
        for group in job.current.groups {
            let name = group.string("Name")
            let wanted = allocations.values.filter { $0.key == job.key && $0.group == name && $0.isWanted }
            groups[name] = [
                "Desired": group["Count"] ?? 0, "Placed": .integer(wanted.count),
                "Running": .integer(wanted.count { $0.clientStatus == "running" }),
                "Healthy": .integer(wanted.count { $0.health?.isHealthy == true }),
                "Unhealthy": .integer(wanted.count { $0.health?.isHealthy == false }),
                "Events": job.scalings[name].map { .array($0) } ?? .null,
            ]
        }
        return [
            "JobID": .string(job.key.id), "Namespace": .string(job.key.namespace),
            "JobCreateIndex": .integer(job.createIndex), "JobModifyIndex": .integer(job.modifyIndex),
            "JobStopped": .bool(job.isStopped), "TaskGroups": .object(groups),
        ]
    }

    /// Says what a job is now: what runs in it decides.
    func updateJobStatus(_ key: JobKey) {
        guard var job = jobs[key] else { return }
        let mine = allocations.values.filter { $0.key == key }
        let status: String
        if job.isTemplate {
            status = job.isStopped ? "dead" : "running"
        } else if mine.contains(where: { !$0.isTerminal }) {
            status = "running"
        } else if mine.contains(where: { $0.isWanted && $0.clientStatus == "failed" && $0.isWaitingForReschedule }) {
            status = "pending"
        } else {
            let isWaiting = evaluations.values.contains { $0.key == key && ["pending", "blocked"].contains($0.status) }
            status = mine.isEmpty && !job.isStopped || isWaiting ? "pending" : "dead"
        }
        let index = bump(.jobs)
        job.summaryIndex = index
        if job.current.string("Status") != status {
            for number in job.versions.indices { job.versions[number]["Status"] = .string(status) }
            job.current["ModifyIndex"] = .integer(index)
        }
        jobs[key] = job
        let parent = JobKey(namespace: key.namespace, id: job.current.string("ParentID"))
        jobs[parent]?.summaryIndex = index
    }
}
