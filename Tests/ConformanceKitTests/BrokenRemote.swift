import AdapterKit
import Kubernetes

/// A remote scheduler's adapter that does as another one, but for what it is told to get wrong.
struct BrokenRemote: Adapter, CronKeeping, StorageExecuting, Examining, Comparing, NodeListing, DeployLocking {
    /// What is done in place of each call, given the adapter that does it right: by default what that one does.
    struct Faults: Sendable {
        var deploy: @Sendable (any Good, Deployment, any Console) async throws -> Rollout =
            { try await $0.deploy($1, console: $2) }
        var keep: @Sendable (any Good, [CronTask], App, any Console) async throws -> Void =
            { try await role($0, as: (any CronKeeping).self).keep($1, of: $2, console: $3) }
        var execute: @Sendable (any Good, StorageTask, any Console) async throws -> ExitStatus =
            { try await role($0, as: (any StorageExecuting).self).execute($1, console: $2) }
        var destroy: @Sendable (any Good, StorageEntry, any Console) async throws -> Void =
            { try await role($0, as: (any StorageExecuting).self).destroy($1, console: $2) }
        var examine: @Sendable (any Good, App?, any Console) async throws -> Examination =
            { try await role($0, as: (any Examining).self).examine($1, console: $2) }
        var platforms: @Sendable (any Good, App) async throws -> Set<Platform> =
            { try await role($0, as: (any NodeListing).self).platforms(for: $1) }
        var takeLock: @Sendable (any DeployLocking, HeldLock, App, HeldLock?) async throws -> HeldLock? =
            { try await $0.takeLock($1, of: $2, over: $3) }
        var renewLock: @Sendable (any DeployLocking, HeldLock, App) async throws -> Bool =
            { try await $0.renewLock($1, of: $2) }
        var releaseLock: @Sendable (any DeployLocking, HeldLock, App) async throws -> Void =
            { try await $0.releaseLock($1, of: $2) }
        var compare: @Sendable (any Good, Deployment) async throws -> Comparison = { try await $0.compare($1) }
    }

    /// An adapter with the roles that all faults need.
    typealias Good = Adapter & Comparing

    let base: any Good
    let faults: Faults

    private static func role<Role>(_ base: any Good, as: Role.Type) throws -> Role {
        guard let found = base as? Role else { throw AdapterError(.unsupported, "the good one lacks a role") }
        return found
    }

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        try await faults.deploy(base, deployment, console)
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {
        try await base.stop(app, removing: removing, console: console)
    }

    func remove(_ app: App, console: any Console) async throws { try await base.remove(app, console: console) }

    func status(of app: App) async throws -> AppStatus { try await base.status(of: app) }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {
        try await base.logs(of: app, matching: query, console: console)
    }

    func keep(_ tasks: [CronTask], of app: App, console: any Console) async throws {
        try await faults.keep(base, tasks, app, console)
    }

    func execute(_ task: StorageTask, console: any Console) async throws -> ExitStatus {
        try await faults.execute(base, task, console)
    }

    func destroy(_ entry: StorageEntry, console: any Console) async throws {
        try await faults.destroy(base, entry, console)
    }

    func examine(_ app: App?, console: any Console) async throws -> Examination {
        try await faults.examine(base, app, console)
    }

    func platforms(for app: App) async throws -> Set<Platform> { try await faults.platforms(base, app) }

    private var locking: any DeployLocking { get throws { try Self.role(base, as: (any DeployLocking).self) } }

    func takeLock(_ lock: HeldLock, of app: App, over outdated: HeldLock?) async throws -> HeldLock? {
        try await faults.takeLock(locking, lock, app, outdated)
    }

    func renewLock(_ lock: HeldLock, of app: App) async throws -> Bool {
        try await faults.renewLock(locking, lock, app)
    }

    func releaseLock(_ lock: HeldLock, of app: App) async throws { try await faults.releaseLock(locking, lock, app) }

    func lock(of app: App) async throws -> HeldLock? { try await locking.lock(of: app) }

    func plan(_ deployment: Deployment) async throws -> [UInt8] { try await base.plan(deployment) }

    func compare(_ deployment: Deployment) async throws -> Comparison { try await faults.compare(base, deployment) }
}
