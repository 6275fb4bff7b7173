import APIClient
import AdapterKit
import JSONDocument

/// Makes a document the newest version of its job, once.
struct JobRegistration: Sendable {
    let server: NomadServer
    /// The job as it is to be; its groups' meta says which deployment they belong to.
    let job: JSONValue
    /// The job as it was when the document was made; `nil` where there was none.
    let live: LiveJob?
    let clock: any Clock<Duration>

    private var id: String { job["ID"]?.text ?? "" }

    /// - Throws: `APIFailure` when the server refuses, because somebody else was first among other reasons.
    func register() async throws -> (job: RolloutState.Registered, warnings: String) {
        var attempt = 1
        while true {
            do {
                let change = try await server.send(
                    NomadCalls.register(job, enforcing: live?.jobModifyIndex ?? 0))
                return (registered(change), change.Warnings ?? "")
            } catch let failure as APIFailure where failure.leavesDoubt && attempt < 5 {
                try await clock.sleep(for: .seconds(1))
                // Nobody knows whether it was taken: the job itself does.
                do {
                    if let change = try await taken() { return (registered(change), "") }
                } catch let later as APIFailure {
                    throw AdapterError(
                        .unreachable, "the connection was lost while job \(id) was registered",
                        details: [
                            failure.description, later.description,
                            "whether it is there is not known; if it is, it could not be removed",
                        ],
                        hint: "see whether the servers are well, and deploy again: doctor")
                }
                attempt += 1
            }
        }
    }

    private func registered(_ change: JobChange) -> RolloutState.Registered {
        let index = change.JobModifyIndex ?? 0
        // A document that changes nothing makes no version, and the answer has an index of the live job's.
        if let live, index <= max(live.jobModifyIndex, live.modifyIndex) {
            return RolloutState.Registered(
                id: id, version: live.version, jobModifyIndex: live.jobModifyIndex, createIndex: live.createIndex,
                evaluation: change.EvalID ?? "", since: change.EvalCreateIndex ?? index)
        }
        return RolloutState.Registered(
            id: id, version: live.map { $0.version + 1 } ?? 0, jobModifyIndex: index,
            createIndex: live?.createIndex ?? index, evaluation: change.EvalID ?? "", since: index)
    }

    /// What the registration led to if it reached the server; `nil` when it did not.
    private func taken() async throws -> JobChange? {
        guard let now = try await server.send(NomadCalls.job(id)), now.jobModifyIndex != live?.jobModifyIndex,
            LiveJob(job).groupMeta == now.groupMeta
        else { return nil }
        let first = try await server.send(NomadCalls.evaluations(ofJob: id))
            .filter { ($0.CreateIndex ?? 0) >= now.jobModifyIndex }
            .min { ($0.CreateIndex ?? 0) < ($1.CreateIndex ?? 0) }
        return JobChange(EvalID: first?.ID, JobModifyIndex: now.jobModifyIndex)
    }
}

extension LiveJob {
    /// When the job was made; one of the same name that was purged before had another.
    var createIndex: Int { document["CreateIndex"]?.whole ?? 0 }

    /// Changes with everything that the servers note about the job.
    var modifyIndex: Int { document["ModifyIndex"]?.whole ?? 0 }

    /// The meta of each group, which says what deploy it is of.
    fileprivate var groupMeta: [[String: String]] {
        groups.map { ($0["Meta"]?.fields ?? [:]).compactMapValues(\.text) }
    }
}

extension APIFailure {
    /// Whether nobody knows if the request was carried out.
    fileprivate var leavesDoubt: Bool {
        switch self {
        case .interrupted, .timedOut: true
        case .status(let failure): [502, 504].contains(failure.status)
        case .unreachable, .unexpectedReply: false
        }
    }
}
