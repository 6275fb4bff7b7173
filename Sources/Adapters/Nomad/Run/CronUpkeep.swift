import APIClient
import AdapterKit
import JSONDocument

extension NomadAdapter: CronKeeping {
    func keep(_ tasks: [CronTask], of app: App, console: any Console) async throws {
        let server = try await connection.server()
        try await NomadTrouble.translating("suspend and resume the cron tasks of \(app.name)") {
            try await CronUpkeep(server: server, settings: settings).keep(tasks, of: app.name)
        }
    }
}

/// Holds an app's periodic jobs back, or lets them go on.
struct CronUpkeep: Sendable {
    let server: NomadServer
    let settings: NomadSettings

    /// Only what differs is changed, and nothing that somebody else changes meanwhile.
    func keep(_ tasks: [CronTask], of app: AppName) async throws {
        let enabled = Dictionary(tasks.map { ($0.id, !$0.isInMaintenance) }) { $1 }
        for job in try await ServerFacts.cronJobs(server, app, settings) where !job.isStopped {
            guard let wanted = job.meta[Meta.cron].flatMap({ enabled[$0] }),
                wanted != (job.document["Periodic"]?["Enabled"]?.flag ?? true)
            else { continue }
            var document = job.document
            document["Periodic"]?["Enabled"] = .bool(wanted)
            _ = try await server.send(NomadCalls.register(document, enforcing: job.jobModifyIndex))
        }
    }
}
