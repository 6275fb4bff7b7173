import APIClient
import AdapterKit

extension KubernetesAdapter: NodeListing {
    func platforms(for app: App) async throws -> Set<Platform> {
        let cluster = try await connection.cluster()
        return try await ClusterTrouble.translating("look at the nodes") {
            try await NodePlatforms(cluster: cluster, selector: settings.objects.nodeSelector).read()
        }
    }
}

/// What the kubelets say of their machines (`Node.status.nodeInfo`).
struct NodePlatforms: Sendable {
    let cluster: Cluster
    /// Labels that an app's nodes must have.
    let selector: [String: String]

    private struct Node: Sendable, Decodable {
        struct Status: Sendable, Decodable {
            struct Info: Sendable, Decodable {
                var operatingSystem: String?
                var architecture: String?
            }
            var nodeInfo: Info?
        }
        var status: Status?
    }

    /// Empty when we may not look, and when a node does not tell: it may be the one that fits.
    func read() async throws -> Set<Platform> {
        let wanted = selector.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        do {
            let nodes = try await cluster.send(
                KubernetesCalls.list(.node, in: nil, selector: wanted, as: Node.self))
            let found = nodes.items.map { node -> Platform? in
                guard let info = node.status?.nodeInfo, let os = info.operatingSystem, !os.isEmpty,
                    let architecture = info.architecture, !architecture.isEmpty
                else { return nil }
                return Platform(os: os, architecture: architecture)
            }
            return found.contains(nil) ? [] : Set(found.compactMap { $0 })
        } catch let failure as APIFailure where failure.status == 403 {
            return []
        }
    }
}
