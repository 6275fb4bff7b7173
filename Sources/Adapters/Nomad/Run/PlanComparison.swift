import APIClient
import AdapterKit
import JSONDocument

/// A plan beside what is live.
struct PlanComparison: Sendable {
    let server: NomadServer
    let plan: NomadPlan
    let facts: ServerFacts
    let mask: SecretMask

    private static let width = 8

    /// Asks the server what it would make of each job. Nothing changes.
    func comparison() async throws -> Comparison {
        let cron = plan.cronJobs ?? []
        let app = try await part(
            plan.settledJob ?? plan.job, plan.jobID, insteadOf: facts.liveJob, isKept: plan.isUnchanged)
        let periodic = try await eachAtOnce(cron, width: Self.width) { planned in
            let live = facts.cronJobs.first { $0.id == planned.jobID }
            return try await part(planned.job, planned.jobID, insteadOf: live, isKept: planned.isUnchanged(live))
        }
        let gone = plan.obsoleteCronJobs(facts).map { Comparison.Part("Job/\($0.id)", .delete) }
        return Comparison(parts: variable + [app] + periodic + gone, token: token)
    }

    /// - Throws: ``AdapterError`` with code `conflict` that says what has moved since the person agreed.
    func require(_ agreed: String) throws {
        guard token != agreed else { return }
        throw AdapterError(
            .conflict, "\(plan.app) or its job has changed since the plan was made",
            details: AgreedState.differences(between: agreed, and: token), hint: "plan \(plan.app) --diff --save")
    }

    /// Binds to what the plan says and to the version of each job that it names.
    private var token: String {
        let jobs = ([facts.job] + facts.cronJobs).compactMap { $0 }
        return AgreedState.token(
            plan: PlanDocument(plan).fingerprint.description,
            live: Dictionary(
                [("Job/" + plan.jobID, "0")] + jobs.map { ("Job/" + $0.id, String($0.jobModifyIndex)) }
            ) { $1 })
    }

    private var variable: [Comparison.Part] {
        guard let variable = plan.variable else { return [] }
        let name = "Variable/" + variable.path
        guard let live = facts.variable else { return [Comparison.Part(name, .create)] }
        // What is unchanged is not written, and then nothing is dropped either.
        let items = live.Items ?? [:]
        let dropped =
            plan.isUnchanged
            ? [] : items.keys.filter { !variable.readKeys.contains($0) && !variable.keptKeys.contains($0) }.sorted()
        let lines =
            dropped.map { "- \($0): ***" }
            + variable.items.keys.filter { items[$0] == nil }.sorted().map { "+ \($0): ***" }
        return [Comparison.Part(name, lines.isEmpty ? .keep : .update, lines: lines)]
    }

    private func part(_ job: JSONValue, _ id: String, insteadOf live: LiveJob?, isKept: Bool) async throws
        -> Comparison.Part
    {
        let name = "Job/" + id
        if isKept { return Comparison.Part(name, .keep) }
        guard live != nil else { return Comparison.Part(name, .create) }
        let planned = try await NomadTrouble.translating("compare job \(id)") {
            try await server.send(NomadCalls.plan(job, id: id, withDiff: true))
        }
        let difference = JobDifference(mask: JobMask(mark: "***", text: { mask.masked($0) }))
        return Comparison.Part(name, .update, lines: difference.lines(planned.Diff))
    }
}
