import APIClient
import AdapterKit

/// Takes an app down: for a while, or for good.
struct AppEnd: Sendable {
    let server: NomadServer
    let app: AppName
    let settings: NomadSettings
    /// Seconds an instance may take to end.
    let stopTimeout: Int
    let clock: any Clock<Duration>

    private var jobs: AppJobs { AppJobs(server: server, settings: settings) }
    private var end: JobEnd { JobEnd(server: server, clock: clock) }
    private var patience: Int { stopTimeout + 30 }

    /// No instance is left, and no task; periodic jobs rest. Until Nomad forgets what was stopped, it is there to be
    /// started again.
    func stop() async throws {
        try await NomadTrouble.translating("stop \(app)") {
            if let job = try await jobs.main(app), !job.isStopped {
                try await end.end(job.id, purge: false, within: patience)
            }
            for other in try await jobs.others(of: app) {
                if other.isPeriodic {
                    // Nothing of it runs: what it starts are jobs of their own.
                    if !other.job.isStopped {
                        _ = try await server.send(NomadCalls.deregister(other.job.id, purge: false))
                    }
                    for child in other.children where child.Status != "dead" {
                        try await end.end(child.ID, purge: false, within: patience)
                    }
                } else {
                    try await remove(other)
                }
            }
        }
    }

    /// Nothing of the app is left, config included.
    func remove() async throws {
        try await NomadTrouble.translating("remove \(app)") {
            if let job = try await jobs.main(app) { try await end.end(job.id, purge: true, within: patience) }
            let others = try await jobs.others(of: app)
            _ = try await throttled(others, atOnce: 8) { try await remove($0) }
            try await removeVariables(others.map(\.job.id))
        }
    }

    private func remove(_ other: AppJobs.Found) async throws {
        // It would start others.
        try await end.end(other.job.id, purge: true, within: patience)
        for child in other.children { try await end.end(child.ID, purge: true, within: patience) }
        if !PlannedVariable.keys(in: other.job.document).isEmpty {
            try await server.send(NomadCalls.deleteVariable(Name.variable(other.job.id)))
        }
    }

    /// - Parameter ids: of jobs whose Variables are gone already.
    private func removeVariables(_ ids: [String]) async throws {
        let own = Name.variable(Name.job(app))
        for variable in try await variables(own) where !ids.contains(where: { Name.variable($0) == variable.Path }) {
            let job = String(variable.Path.dropFirst(own.count - Name.job(app).count))
            let isRun = job.hasPrefix(Name.taskPrefix(app)) || job.hasPrefix(Name.cronPrefix(app))
            guard variable.Path == own || isRun else { continue }
            // Of another app that is called so, it is not ours to delete.
            if isRun, try await server.send(NomadCalls.job(job)) != nil { continue }
            try await server.send(NomadCalls.deleteVariable(variable.Path))
        }
    }

    /// Older servers have none, and not everybody may see them.
    private func variables(_ prefix: String) async throws -> [NomadVariable] {
        do {
            return try await server.send(NomadCalls.variables(prefix: prefix))
        } catch let failure as APIFailure where failure.status == 404 || failure.isLackOfRights {
            return []
        }
    }
}
