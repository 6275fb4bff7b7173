import APIClient
import AdapterKit
import JSONDocument

extension KubernetesAdapter: DeployLocking {
    func takeLock(_ lock: HeldLock, of app: App, over outdated: HeldLock?) async throws -> HeldLock? {
        try await locks(app).take(lock, over: outdated)
    }

    func renewLock(_ lock: HeldLock, of app: App) async throws -> Bool { try await locks(app).renew(lock) }
    func releaseLock(_ lock: HeldLock, of app: App) async throws { try await locks(app).release(lock) }
    func lock(of app: App) async throws -> HeldLock? { try await locks(app).read() }

    private func locks(_ app: App) async throws -> DeployLocks {
        DeployLocks(cluster: try await connection.cluster(), app: app.name, settings: settings)
    }
}

/// The Lease by which hosts deploy an app one after the other. Every change holds the server to the version that was
/// seen, so that of two at a time one is refused.
struct DeployLocks: Sendable {
    let cluster: Cluster
    let app: AppName
    let settings: KubernetesSettings

    /// How often somebody else may be quicker before it is taken for trouble.
    private static let attempts = 5

    func take(_ lock: HeldLock, over outdated: HeldLock?) async throws -> HeldLock? {
        try await changing("take the deploy lock of \(app)") {
            guard let live = try await live() else {
                let made = Applying(cluster: cluster, settings: settings, notes: nil)
                try await made.inNamespace(cluster.namespace) {
                    _ = try await cluster.send(KubernetesCalls.create(object(lock), as: JSONValue.self))
                }
                return nil
            }
            let found = DeployLease.lock(live)
            // A request whose answer was lost may have been carried out.
            if found.id == lock.id { return nil }
            guard let outdated, found.isUnchanged(outdated) else { return found }
            _ = try await cluster.send(KubernetesCalls.replace(object(lock), live: live))
            return nil
        }
    }

    func renew(_ lock: HeldLock) async throws -> Bool {
        try await changing("renew the deploy lock of \(app)") {
            guard let live = try await live(), DeployLease.lock(live).id == lock.id else { return false }
            _ = try await cluster.send(KubernetesCalls.replace(object(lock), live: live))
            return true
        }
    }

    func release(_ lock: HeldLock) async throws {
        try await changing("release the deploy lock of \(app)") {
            guard let live = try await live(), DeployLease.lock(live).id == lock.id else { return }
            try await cluster.send(
                KubernetesCalls.delete(
                    .lease, Names(app: app).lock, in: cluster.namespace, uid: live["metadata"]?["uid"]?.text,
                    version: live["metadata"]?["resourceVersion"]?.text))
        }
    }

    func read() async throws -> HeldLock? {
        try await ClusterTrouble.translating("look at the deploy lock of \(app)") {
            try await live().map(DeployLease.lock)
        }
    }

    private func object(_ lock: HeldLock) -> KubernetesObject {
        DeployLease.object(lock, of: app, in: cluster.namespace, origin: settings.origin)
    }

    /// `nil` when there is none, or no namespace that it could be in.
    private func live() async throws -> JSONValue? {
        do {
            return try await cluster.send(
                KubernetesCalls.get(.lease, Names(app: app).lock, in: cluster.namespace, as: JSONValue.self))
        } catch let failure as APIFailure where failure.status == 404 {
            return nil
        }
    }

    /// Looks again where somebody else was quicker.
    private func changing<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result {
        try await ClusterTrouble.translating(action) {
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
    /// 409 is the answer to a name that is taken and to a delete whose conditions fail, 422 to a patch whose test does;
    /// 404 says that what was seen is gone.
    fileprivate var isLostRace: Bool { [404, 409, 422].contains(status) }
}
