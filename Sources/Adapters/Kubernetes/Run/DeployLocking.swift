import APIClient
import AdapterKit
import JSONDocument

extension KubernetesAdapter: DeployLocking {
    func takeLock(_ lock: HeldLock, of app: App, over outdated: HeldLock?) async throws -> HeldLock? {
        try await lease(app).take(lock, over: outdated)
    }

    func renewLock(_ lock: HeldLock, of app: App) async throws -> Bool { try await lease(app).renew(lock) }
    func releaseLock(_ lock: HeldLock, of app: App) async throws { try await lease(app).release(lock) }
    func lock(of app: App) async throws -> HeldLock? { try await lease(app).read() }

    private func lease(_ app: App) async throws -> LeaseAtCluster {
        LeaseAtCluster(cluster: try await connection.cluster(), app: app.name, settings: settings)
    }
}

/// The Lease by which hosts deploy an app one after the other. The server is held to its resource version.
private struct LeaseAtCluster: LockDocument {
    let cluster: Cluster
    let app: AppName
    let settings: KubernetesSettings

    /// `nil` also when there is no namespace that it could be in.
    func live() async throws -> JSONValue? {
        do {
            return try await cluster.send(
                KubernetesCalls.get(.lease, Names(app: app).lock, in: cluster.namespace, as: JSONValue.self))
        } catch let failure as APIFailure where failure.status == 404 {
            return nil
        }
    }

    func lock(in live: JSONValue) -> HeldLock { DeployLease.lock(live) }

    func make(_ lock: HeldLock) async throws {
        try await Applying(cluster: cluster, settings: settings, notes: nil).inNamespace(cluster.namespace) {
            _ = try await cluster.send(KubernetesCalls.create(object(lock), as: JSONValue.self))
        }
    }

    func replace(_ live: JSONValue, by lock: HeldLock) async throws {
        _ = try await cluster.send(KubernetesCalls.replace(object(lock), live: live))
    }

    func remove(_ live: JSONValue) async throws {
        try await cluster.send(
            KubernetesCalls.delete(
                .lease, Names(app: app).lock, in: cluster.namespace, uid: live["metadata"]?["uid"]?.text,
                version: live["metadata"]?["resourceVersion"]?.text))
    }

    /// 409 is the answer to a name that is taken and to a delete whose conditions fail, 422 to a patch whose test does;
    /// 404 says that what was seen is gone.
    func isLostRace(_ error: any Error) -> Bool {
        (error as? APIFailure).map { [404, 409, 422].contains($0.status) } ?? false
    }

    func translating<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result {
        try await ClusterTrouble.translating(action, body)
    }

    private func object(_ lock: HeldLock) -> KubernetesObject {
        DeployLease.object(lock, of: app, in: cluster.namespace, origin: settings.origin)
    }
}
