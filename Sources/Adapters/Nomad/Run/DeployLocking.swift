import APIClient
import AdapterKit

extension NomadAdapter: DeployLocking {
    func takeLock(_ lock: HeldLock, of app: App, over outdated: HeldLock?) async throws -> HeldLock? {
        let job = try await job(app)
        try await NomadTrouble.translating("find namespace \(job.server.namespace)") {
            try await NamespaceUpkeep(server: job.server).ensure(console: CollectingConsole())
        }
        return try await job.take(lock, over: outdated)
    }

    func renewLock(_ lock: HeldLock, of app: App) async throws -> Bool { try await job(app).renew(lock) }
    func releaseLock(_ lock: HeldLock, of app: App) async throws { try await job(app).release(lock) }
    func lock(of app: App) async throws -> HeldLock? { try await job(app).read() }

    private func job(_ app: App) async throws -> LockJobAtServer {
        LockJobAtServer(server: try await connection.server(), app: app.name, origin: settings.origin)
    }
}

/// The job by whose meta hosts deploy an app one after the other. The servers are held to its modify index.
private struct LockJobAtServer: LockDocument {
    let server: NomadServer
    let app: AppName
    let origin: String

    func live() async throws -> LiveJob? {
        let job = try await server.send(NomadCalls.job(Name.lock(app)))
        // One that was stopped by hand is kept by the servers for a while.
        return job?.isStopped == true ? nil : job
    }

    func lock(in live: LiveJob) -> HeldLock { LockJob.lock(live) }

    func make(_ lock: HeldLock) async throws { try await write(lock, enforcing: 0) }

    func replace(_ live: LiveJob, by lock: HeldLock) async throws {
        try await write(lock, enforcing: live.jobModifyIndex)
    }

    func remove(_ live: LiveJob) async throws {
        // A job is purged whatever its index is: what was renewed just now is nobody else's to take over meanwhile.
        var found = lock(in: live)
        found.renewed += 1
        try await replace(live, by: found)
        _ = try await server.send(NomadCalls.deregister(Name.lock(app), purge: true))
    }

    func isLostRace(_ error: any Error) -> Bool {
        guard case .status(let status)? = error as? APIFailure else { return false }
        return status.message.contains("Enforcing job modify index")
    }

    func translating<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result {
        try await NomadTrouble.translating(action, body)
    }

    private func write(_ lock: HeldLock, enforcing index: Int) async throws {
        let document = LockJob.document(lock, of: app, in: server.namespace, origin: origin)
        _ = try await server.send(NomadCalls.register(document, enforcing: index))
    }
}
