import APIClient
import AdapterKit

/// Makes an app's periodic jobs what a release says.
struct CronRollout: Sendable {
    let server: NomadServer
    let plan: NomadPlan
    let facts: ServerFacts

    private var app: AppName { plan.app }

    /// Has the server look at what would change, so that what it does not take is known before anything has changed.
    func rehearse() async throws {
        for cron in changed {
            try await NomadTrouble.translating("rehearse periodic job \(cron.jobID) of \(app)") {
                _ = try await server.send(NomadCalls.plan(cron.job, id: cron.jobID, withDiff: false))
                // Its config has rights of its own.
                if let variable = cron.variable { _ = try await server.send(NomadCalls.variable(variable.path)) }
            }
        }
    }

    /// Registers what is new or has changed, and purges what the release does not have. What runs goes on.
    func carryOut() async throws {
        for cron in changed {
            if let variable = cron.variable {
                try await VariableUpkeep(server: server, path: variable.path).write(variable, for: app)
            }
            try await NomadTrouble.translating("register periodic job \(cron.jobID) of \(app)") {
                let index = live(cron)?.jobModifyIndex ?? 0
                _ = try await server.send(NomadCalls.register(cron.job, enforcing: index))
            }
        }
        for old in plan.obsoleteCronJobs(facts) {
            try await NomadTrouble.translating("remove periodic job \(old.id) of \(app)") {
                _ = try await server.send(NomadCalls.deregister(old.id, purge: true))
                if !PlannedVariable.keys(in: old.document).isEmpty {
                    try await server.send(NomadCalls.deleteVariable(Name.variable(old.id)))
                }
            }
        }
    }

    private var changed: [PlannedCronJob] { (plan.cronJobs ?? []).filter { !$0.isUnchanged(live($0)) } }

    private func live(_ cron: PlannedCronJob) -> LiveJob? { facts.cronJobs.first { $0.id == cron.jobID } }
}
