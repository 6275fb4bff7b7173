import APIClient
import AdapterKit

/// Deletes the PersistentVolumeClaim of a storage entry, and with it what is stored.
struct ClaimEnd: Sendable {
    let cluster: Cluster
    let origin: String
    let clock: any Clock<Duration>

    /// How long the claim may take to go before the person is told what it waits for.
    private static let patience = Duration.seconds(10)

    /// One that is not there is fine.
    /// - Throws: ``AdapterError`` for one that is not ours.
    func delete(_ entry: StorageEntry, console: any Console) async throws {
        let namespace = entry.namespace.isEmpty ? cluster.namespace : entry.namespace
        let name = Name.object(entry.name)
        let title = "PersistentVolumeClaim/\(name) in namespace \(namespace)"
        guard let claim = try await live(name, namespace) else { return }
        let labels = claim.metadata.labels ?? [:]
        guard Storage.labels(of: entry, origin: origin).allSatisfy({ labels[$0.key] == $0.value }) else {
            throw AdapterError(
                .conflict, "\(title) is not this host's: it lacks the labels of storage entry \(entry.name)",
                hint: "kubectl delete persistentvolumeclaim \(name) --namespace \(namespace)")
        }
        try await cluster.send(
            KubernetesCalls.delete(.persistentVolumeClaim, name, in: namespace, uid: claim.metadata.uid))
        let limit = ContinuousClock.now + Self.patience
        while let left = try await live(name, namespace), left.metadata.uid == claim.metadata.uid {
            guard ContinuousClock.now < limit else {
                return await console.report(
                    .warning("\(title) goes with the last instance that uses it: linkspan deploy APP lets go of it"))
            }
            try await clock.sleep(for: .milliseconds(300))
        }
        await console.report(.detail("Deleted \(title)"))
    }

    private func live(_ name: String, _ namespace: String) async throws -> ObjectHead? {
        do {
            return try await cluster.send(
                KubernetesCalls.get(.persistentVolumeClaim, name, in: namespace, as: ObjectHead.self))
        } catch let failure as APIFailure where failure.status == 404 {
            return nil
        }
    }
}
