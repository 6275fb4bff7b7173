import APIClient
import AdapterKit

extension NomadAdapter: DeployLocking {
    func takeLock(_ lock: HeldLock, of app: App, over outdated: HeldLock?) async throws -> HeldLock? {
        let locks = try await locks(app)
        try await NomadTrouble.translating("find namespace \(locks.server.namespace)") {
            try await NamespaceUpkeep(server: locks.server).ensure(console: CollectingConsole())
        }
        return try await locks.take(lock, over: outdated)
    }

    func renewLock(_ lock: HeldLock, of app: App) async throws -> Bool { try await locks(app).renew(lock) }
    func releaseLock(_ lock: HeldLock, of app: App) async throws { try await locks(app).release(lock) }
    func lock(of app: App) async throws -> HeldLock? { try await locks(app).read() }

    private func locks(_ app: App) async throws -> DeployLocks {
        DeployLocks(server: try await connection.server(), app: app.name, origin: settings.origin)
    }
}

/// The job by whose meta hosts deploy an app one after the other. Every change holds the servers to the modify index
/// that was seen, so that of two at a time one is refused.
struct DeployLocks: Sendable {
    let server: NomadServer
    let app: AppName
    let origin: String

    /// How often somebody else may be quicker before it is taken for trouble.
    private static let attempts = 5

    func take(_ lock: HeldLock, over outdated: HeldLock?) async throws -> HeldLock? {
        try await changing("take the deploy lock of \(app)") {
            guard let live = try await live() else {
                try await write(lock, enforcing: 0)
                return nil
            }
            let found = LockJob.lock(live)
            // A request whose answer was lost may have been carried out.
            if found.id == lock.id { return nil }
            guard let outdated, found.isUnchanged(outdated) else { return found }
            try await write(lock, enforcing: live.jobModifyIndex)
            return nil
        }
    }

    func renew(_ lock: HeldLock) async throws -> Bool {
        try await changing("renew the deploy lock of \(app)") {
            guard let live = try await live(), LockJob.lock(live).id == lock.id else { return false }
            try await write(lock, enforcing: live.jobModifyIndex)
            return true
        }
    }

    func release(_ lock: HeldLock) async throws {
        try await changing("release the deploy lock of \(app)") {
            guard let live = try await live() else { return }
            var found = LockJob.lock(live)
            guard found.id == lock.id else { return }
            // A job is purged whatever its index is: what was renewed just now is nobody else's to take over meanwhile.
            found.renewed += 1
            try await write(found, enforcing: live.jobModifyIndex)
            _ = try await server.send(NomadCalls.deregister(Name.lock(app), purge: true))
        }
    }

    func read() async throws -> HeldLock? {
        try await NomadTrouble.translating("look at the deploy lock of \(app)") { try await live().map(LockJob.lock) }
    }

    private func live() async throws -> LiveJob? {
        let job = try await server.send(NomadCalls.job(Name.lock(app)))
        // One that was stopped by hand is kept by the servers for a while.
        return job?.isStopped == true ? nil : job
    }

    private func write(_ lock: HeldLock, enforcing index: Int) async throws {
        let document = LockJob.document(lock, of: app, in: server.namespace, origin: origin)
        _ = try await server.send(NomadCalls.register(document, enforcing: index))
    }

    /// Looks again where somebody else was quicker.
    private func changing<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result {
        try await NomadTrouble.translating(action) {
            for _ in 1..<Self.attempts {
                do {
                    return try await body()
                } catch let failure as APIFailure where failure.isLostRace {
                    continue
                }
            }
            return try await body()
        }
    }
}

extension APIFailure {
    fileprivate var isLostRace: Bool {
        if case .status(let status) = self { status.message.contains("Enforcing job modify index") } else { false }
    }
}
