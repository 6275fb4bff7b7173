import JSONDocument
import Traffic

/// What changes jobs: registering, stopping, scaling, going back, dispatching.
extension NomadCluster {
    // MARK: registering

    /// The job of a request, as it would be kept.
    private func given(_ request: ServedRequest, _ document: JSONValue, id: String?) throws -> JSONValue {
        guard var job = document["Job"], job != .null else { throw NomadTrouble(400, "Job must be specified") }
        if let id, job.string("ID") != id {
            guard !job.string("ID").isEmpty else { throw NomadTrouble(400, "Job ID hasn't been provided") }
            throw NomadTrouble(400, "Job ID does not match name")
        }
        if job["Namespace"]?.text?.isEmpty ?? true {
            // 1.1.0 was seen to take the job's word, and the default for none, whatever the query says.
            job["Namespace"] = .string(isAtLeast(1, 2) ? asked(request) : "default")
        }
        return job
    }

    func register(_ request: ServedRequest, _ id: String? = nil) throws -> NomadReply {
        // What may be done is decided by the job's namespace, and before anybody looks at the rest.
        let document = try? body(request)
        let namespace = document?["Job"]?["Namespace"]?.text ?? (isAtLeast(1, 2) ? asked(request) : "default")
        try permit(request, .write, in: namespace)
        let job = try given(request, try body(request), id: id)
        let problems = NomadJobSpec.problems(job)
        guard problems.isEmpty else { throw NomadTrouble(500, NomadTrouble.list(problems)) }
        guard namespaces[job.string("Namespace")] != nil else {
            throw NomadTrouble(500, "nonexistent namespace \"\(job.string("Namespace"))\"")
        }
        let key = JobKey(namespace: job.string("Namespace"), id: job.string("ID"))
        if document?["EnforceIndex"]?.flag == true {
            try enforce(document?.number("JobModifyIndex") ?? 0, jobs[key])
        }
        let warnings = NomadJobSpec.warnings(job)
        if let existing = jobs[key], isUnchanged(job, existing) {
            // No new version: what is there is only looked at again.
            let index = bump(.evaluations)
            let evaluation = existing.isTemplate ? "" : schedule(existing, "job-register", index)
            var reply = written(evaluation, warnings: warnings)
            reply["JobModifyIndex"] = .integer(existing.current.number("ModifyIndex"))
            return .written(reply, index)
        }
        return .written(written(put(job, key), warnings: warnings), index(of: .jobs))
    }

    /// Whether a job says nothing new.
    private func isUnchanged(_ given: JSONValue, _ existing: NomadJob) -> Bool {
        func substance(_ job: JSONValue) -> JSONValue {
            var job = NomadJobSpec.canonical(job, isNative: isAtLeast(1, 3))
            for field in [
                "CreateIndex", "JobModifyIndex", "ModifyIndex", "NomadTokenID", "Stable", "Status",
                "StatusDescription", "SubmitTime", "Version",
            ] { job[field] = .null }
            return job
        }
        return substance(given) == substance(existing.current)
    }

    private func enforce(_ expected: Int, _ existing: NomadJob?) throws {
        switch (expected, existing) {
        case (0, _?): throw NomadTrouble(500, "Enforcing job modify index 0: job already exists")
        case (1..., nil):
            throw NomadTrouble(500, "Enforcing job modify index \(expected): job does not exist")
        case (_, let existing?) where existing.modifyIndex != expected:
            throw NomadTrouble(
                500,
                "Enforcing job modify index \(expected): job exists with conflicting job modify index: "
                    + "\(existing.modifyIndex)")
        default: break
        }
    }

    /// Keeps a new version of a job and has it evaluated.
    /// - Returns: the evaluation's id; empty for a job that runs nothing itself.
    @discardableResult
    func put(_ given: JSONValue, _ key: JobKey, trigger: String = "job-register", isStable: Bool = false) -> String {
        let index = bump(.jobs, .evaluations)
        let existing = jobs[key]
        var job = NomadJobSpec.canonical(given, isNative: isAtLeast(1, 3))
        job["CreateIndex"] = .integer(existing?.createIndex ?? index)
        job["ModifyIndex"] = .integer(index)
        job["JobModifyIndex"] = .integer(index)
        job["SubmitTime"] = .integer(now)
        job["Version"] = .integer(existing.map { $0.version + 1 } ?? 0)
        job["Stable"] = .bool(isStable)
        job["Status"] = existing?.current["Status"] ?? "pending"
        if job["Stop"]?.flag != true, job["Status"] == "dead" { job["Status"] = "pending" }
        var kept = existing ?? NomadJob(key: key, versions: [job], createIndex: index, summaryIndex: index)
        if existing != nil { kept.versions = Array(([job] + kept.versions).prefix(6)) }
        if kept.isTemplate { kept.current["Status"] = "running" }
        jobs[key] = kept
        return kept.isTemplate ? "" : schedule(kept, trigger, index)
    }

    private func written(_ evaluation: String, warnings: String = "") -> JSONValue {
        let index = JSONValue.integer(index(of: .jobs))
        return [
            "EvalID": .string(evaluation), "EvalCreateIndex": evaluation.isEmpty ? 0 : index, "Index": index,
            "JobModifyIndex": index, "KnownLeader": false, "LastContact": 0, "Warnings": .string(warnings),
        ]
    }

    func validate(_ request: ServedRequest) throws -> NomadReply {
        let job = try given(request, try body(request), id: nil)
        try permit(request, .read, in: job.string("Namespace"))
        let problems = NomadJobSpec.problems(job)
        return .plain([
            "DriverConfigValidated": true, "Warnings": .string(NomadJobSpec.warnings(job)),
            "Error": .string(problems.isEmpty ? "" : NomadTrouble.list(problems)),
            "ValidationErrors": problems.isEmpty ? .null : JSONValue.texts(problems),
        ])
    }

    // MARK: everything else

    func change(_ request: ServedRequest, _ key: JobKey, _ verb: String) throws -> NomadReply {
        if verb.isEmpty {
            try checkMethod(request, "DELETE")
            return deregister(key, isPurged: request.flag("purge"))
        }
        guard let job = jobs[key] else { throw NomadTrouble(404, "job not found") }
        switch verb {
        case "evaluate":
            let index = bump(.evaluations)
            let evaluation = schedule(job, "job-register", index)
            return .written(
                [
                    "EvalID": .string(evaluation), "EvalCreateIndex": .integer(index), "Index": .integer(index),
                    "JobModifyIndex": .integer(job.modifyIndex), "KnownLeader": false, "LastContact": 0,
                    "Warnings": "",
                ], index)
        case "revert": return try revert(job, try body(request))
        case "scale": return try scale(job, try body(request))
        case "dispatch": return try dispatch(job, try body(request))
        case "periodic/force": return try force(job)
        case "stable":
            let given = try body(request)
            setStable(key, given.number("JobVersion"), given["Stable"]?.flag ?? false)
            return .written(["Index": .integer(index(of: .jobs))], index(of: .jobs))
        default: throw NomadTrouble(404, "")
        }
    }

    private func deregister(_ key: JobKey, isPurged: Bool) -> NomadReply {
        let index = bump(.jobs, .evaluations)
        let existing = jobs[key]
        var stopped = existing
        if var job = existing?.current {
            job["Stop"] = true
            job["Version"] = .integer(job.number("Version") + (existing?.isStopped == true ? 0 : 1))
            job["JobModifyIndex"] = .integer(index)
            job["ModifyIndex"] = .integer(index)
            if existing?.isStopped == true { stopped?.current = job } else { stopped?.versions.insert(job, at: 0) }
        }
        jobs[key] = isPurged ? nil : stopped
        var evaluation = ""
        if existing?.isTemplate != true {
            let job = stopped ?? NomadJob(key: key, versions: [["Type": "service"]], createIndex: 0, summaryIndex: 0)
            evaluation = schedule(job, "job-deregister", index)
        } else {
            updateJobStatus(key)
        }
        return .written(
            [
                "EvalID": .string(evaluation), "EvalCreateIndex": .integer(index), "Index": .integer(index),
                "JobModifyIndex": .integer(index), "KnownLeader": false, "LastContact": 0, "VolumeEvalID": "",
                "VolumeEvalIndex": 0,
            ], index)
    }

    private func revert(_ job: NomadJob, _ given: JSONValue) throws -> NomadReply {
        let version = given.number("JobVersion")
        if let prior = given["EnforcePriorVersion"]?.whole, prior != job.version {
            throw NomadTrouble(
                500, "Current job has version \(job.version); enforcing version \(prior)")
        }
        guard version != job.version else {
            throw NomadTrouble(500, "can't revert to current version")
        }
        guard let old = job.versions.first(where: { $0.number("Version") == version }) else {
            throw NomadTrouble(
                404, "job \"\(job.key.id)\" in namespace \"\(job.key.namespace)\" at version \(version) not found")
        }
        var again = old
        again["Stop"] = false
        var reply = NomadReply.written(written(put(again, job.key)), index(of: .jobs))
        reply.isRead = true
        return reply
    }

    private func scale(_ job: NomadJob, _ given: JSONValue) throws -> NomadReply {
        let name = given["Target"]?.string("Group") ?? ""
        guard let group = job.current.group(name) else {
            throw NomadTrouble(400, "task group \"\(name)\" specified for scaling does not exist in job")
        }
        if job.isService, deployments.values.contains(where: { $0.key == job.key && $0.isActive }) {
            throw NomadTrouble(400, "job scaling blocked due to active deployment")
        }
        var evaluation = ""
        let before = group.number("Count")
        if let count = given["Count"]?.whole {
            var next = job.current
            next["TaskGroups"] = .array(
                next.groups.map {
                    var group = $0
                    if group.string("Name") == name { group["Count"] = .integer(count) }
                    return group
                })
            evaluation = put(next, job.key, trigger: "job-scaling")
        }
        let registered = index(of: .jobs)
        let index = bump(.jobs)
        let event: JSONValue = [
            "Count": given["Count"] ?? .null, "CreateIndex": .integer(index), "Error": given["Error"] ?? false,
            "EvalID": .optional(evaluation.isEmpty ? nil : evaluation), "Message": given["Message"] ?? "",
            "Meta": given["Meta"] ?? .null, "PreviousCount": .integer(before), "Time": .integer(now),
        ]
        jobs[job.key]?.scalings[name, default: []].insert(event, at: 0)
        return .written(
            [
                "EvalID": .string(evaluation), "EvalCreateIndex": .integer(evaluation.isEmpty ? 0 : registered),
                "Index": .integer(index), "JobModifyIndex": .integer(jobs[job.key]?.modifyIndex ?? 0),
                "KnownLeader": true, "LastContact": 0, "Warnings": "",
            ], index)
    }

    // MARK: jobs made of jobs

    private func child(of job: NomadJob, named id: String, _ change: (inout JSONValue) -> Void) -> String {
        var child = job.current
        child["ID"] = .string(id)
        child["Name"] = .string(id)
        child["ParentID"] = .string(job.key.id)
        child["Periodic"] = .null
        child["Status"] = "pending"
        change(&child)
        let key = JobKey(namespace: job.key.namespace, id: id)
        jobs[job.key]?.children.append(key)
        return put(child, key)
    }

    private func dispatch(_ job: NomadJob, _ given: JSONValue) throws -> NomadReply {
        guard job.isParameterized, let parameters = job.current["ParameterizedJob"] else {
            throw NomadTrouble(500, "Specified job \"\(job.key.id)\" is not a parameterized job")
        }
        guard !job.isStopped else { throw NomadTrouble(500, "Specified job \"\(job.key.id)\" is stopped") }
        func names(_ field: String) -> [String] { (parameters[field]?.items ?? []).compactMap(\.text) }
        let meta = given.meta
        let missing = names("MetaRequired").filter { meta[$0] == nil }.sorted()
        guard missing.isEmpty else {
            throw NomadTrouble(500, "Dispatch did not provide required meta keys: [\(missing.joined(separator: " "))]")
        }
        let unknown = meta.keys.filter { !(names("MetaRequired") + names("MetaOptional")).contains($0) }.sorted()
        guard unknown.isEmpty else {
            throw NomadTrouble(
                500, "Dispatch request included unpermitted metadata keys: [\(unknown.joined(separator: " "))]")
        }
        let id = "\(job.key.id)/dispatch-\(now / 1_000_000_000)-\(newID().prefix(8))"
        let evaluation = child(of: job, named: id) { child in
            child["Dispatched"] = true
            child["Meta"] = .object(child.meta.merging(meta) { $1 }.mapValues { .string($0) })
            child["Payload"] = given["Payload"] ?? .null
        }
        let made = index(of: .jobs)
        return .written(
            [
                "DispatchedJobID": .string(id), "EvalID": .string(evaluation), "EvalCreateIndex": .integer(made),
                "Index": .integer(made), "JobCreateIndex": .integer(made),
            ], made)
    }

    private func force(_ job: NomadJob) throws -> NomadReply {
        guard (job.current["Periodic"] ?? .null) != .null else {
            throw NomadTrouble(500, "can't force launch non-periodic job")
        }
        guard job.current["Periodic"]?["Enabled"]?.flag != false, !job.isStopped else {
            throw NomadTrouble(500, "can't force run non-tracked job \"\(job.key.id)\" (\(job.key.namespace))")
        }
        let evaluation = child(of: job, named: "\(job.key.id)/periodic-\(now / 1_000_000_000)") { _ in }
        let made = index(of: .jobs)
        return .written(
            ["EvalID": .string(evaluation), "EvalCreateIndex": .integer(made), "Index": .integer(made)], made)
    }
}
