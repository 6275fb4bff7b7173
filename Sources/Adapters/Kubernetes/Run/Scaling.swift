import APIClient
import AdapterKit
import JSONDocument

/// Changes how many instances a workload has, and nothing else of it.
struct Scaling: Sendable {
    let cluster: Cluster

    /// One that is gone is fine.
    func scale(_ name: String, kind: ResourceKind = .deployment, to quantity: Int) async throws {
        do {
            _ = try await cluster.send(
                KubernetesCalls.patch(
                    kind, name, in: cluster.namespace, subresource: "scale",
                    with: ["spec": ["replicas": .integer(quantity)]]))
        } catch let failure as APIFailure where failure.status == 404 {
            return
        } catch {
            throw ClusterTrouble.translate(error, while: "scale \(kind.kind)/\(name)")
        }
    }
}
