import AdapterKit

/// A workload of the app that is in the cluster, as far as a plan needs to know it.
struct LiveWorkload: Sendable, Equatable {
    var process: String
    var name: String
    var release: String
    /// The fingerprint of what its pods are made of: see ``Annotation/content``.
    var content: String
    /// How many instances it is told to have.
    var quantity: Int
}

/// What a plan needs to know of the cluster.
struct ClusterFacts: Sendable, Equatable {
    var namespace: String
    var versions: ServedVersions
    /// Whether the server can wait in a preStop hook by itself.
    var canSleep: Bool
    /// The app's workloads that are there.
    var workloads: [LiveWorkload] = []
    /// What the live release consists of.
    var record = ReleaseRecord()

    /// Nothing of the app is there, and the server is a new one: for plans without a cluster.
    static func none(in namespace: String) -> ClusterFacts {
        ClusterFacts(
            namespace: namespace,
            versions: ServedVersions(["batch/v1", "policy/v1", "autoscaling/v2", "gateway.networking.k8s.io/v1"]),
            canSleep: true)
    }
}
