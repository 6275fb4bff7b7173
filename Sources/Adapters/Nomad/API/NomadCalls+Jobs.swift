import APIClient
import JSONDocument

extension NomadCalls {
    static func job(_ id: String) -> APICall<LiveJob?> { optional(APIRequest(.get, "/v1/job/\(path(id))")) }

    /// Those whose id begins with `prefix`, children of periodic and parameterized jobs among them.
    static func jobs(prefix: String) -> APICall<[JobStub]> {
        list(APIRequest(.get, "/v1/jobs", query: [QueryItem("prefix", prefix)]))
    }

    /// Makes or changes a job.
    /// - Parameters:
    ///   - job: the document inside of `Job`.
    ///   - index: the `JobModifyIndex` that the live job must have, 0 for none to be there; `nil` for whatever is.
    static func register(_ job: JSONValue, enforcing index: Int?) -> APICall<JobChange> {
        var document: [String: JSONValue] = ["Job": job]
        if let index {
            document["EnforceIndex"] = true
            document["JobModifyIndex"] = .integer(index)
        }
        return APICall(APIRequest(.post, "/v1/jobs", body: body(.object(document))))
    }

    /// What registering `job` would do; nothing is changed.
    static func plan(_ job: JSONValue, id: String, withDiff: Bool) -> APICall<JobPlan> {
        APICall(
            APIRequest(
                .post, "/v1/job/\(path(id))/plan", body: body(["Job": job, "Diff": .bool(withDiff)]),
                isIdempotent: true))
    }

    /// Stops a job; one that is gone is fine.
    /// - Parameter purge: whether the job is forgotten at once.
    static func deregister(_ id: String, purge: Bool) -> APICall<JobChange?> {
        optional(APIRequest(.delete, "/v1/job/\(path(id))", query: purge ? [QueryItem("purge", "true")] : []))
    }

    /// Changes the count of one group and nothing else.
    static func scale(_ id: String, group: String, count: Int, message: String) -> APICall<JobChange> {
        APICall(
            APIRequest(
                .post, "/v1/job/\(path(id))/scale",
                body: body([
                    "Count": .integer(count), "Target": ["Group": .string(group)], "Message": .string(message),
                ]), isIdempotent: true))
    }

    /// Has the scheduler look at a job once more; failed allocations are replaced whatever their reschedule policy says.
    static func evaluate(_ id: String) -> APICall<JobChange> {
        APICall(
            APIRequest(
                .post, "/v1/job/\(path(id))/evaluate",
                body: body(["JobID": .string(id), "EvalOptions": ["ForceReschedule": true]])))
    }

    /// Makes version `version` the job's newest one again.
    /// - Parameter prior: the version that must be live, else the server refuses.
    static func revert(_ id: String, to version: Int, enforcing prior: Int?) -> APICall<JobChange> {
        var document: [String: JSONValue] = ["JobID": .string(id), "JobVersion": .integer(version)]
        if let prior { document["EnforcePriorVersion"] = .integer(prior) }
        return APICall(APIRequest(.post, "/v1/job/\(path(id))/revert", body: body(.object(document))))
    }

    /// - Parameter all: also those of an earlier job of the same id that was purged.
    static func allocations(ofJob id: String, all: Bool = false) -> APICall<[Allocation]> {
        list(APIRequest(.get, "/v1/job/\(path(id))/allocations", query: all ? [QueryItem("all", "true")] : []))
    }

    static func evaluations(ofJob id: String) -> APICall<[Evaluation]> {
        list(APIRequest(.get, "/v1/job/\(path(id))/evaluations"))
    }

    /// Newest versions among them, in the order of their ids.
    static func deployments(ofJob id: String) -> APICall<[NomadDeployment]> {
        list(APIRequest(.get, "/v1/job/\(path(id))/deployments"))
    }
}
