/// A Deployment or StatefulSet, as far as it is read (API reference, Deployment v1 and StatefulSet v1).
struct WorkloadStatus: Sendable, Decodable, Equatable {
    struct Spec: Sendable, Decodable, Equatable {
        var replicas: Int?
    }

    struct Status: Sendable, Decodable, Equatable {
        var observedGeneration: Int?
        var replicas: Int?
        var updatedReplicas: Int?
        var readyReplicas: Int?
        var availableReplicas: Int?
        var conditions: [Condition]?
        /// StatefulSets only.
        var currentRevision: String?
        /// StatefulSets only.
        var updateRevision: String?
    }

    var metadata: Metadata
    var spec: Spec
    var status: Status?

    /// Whether the status tells of what was applied last.
    var isCurrent: Bool { (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0) }

    func condition(_ type: String) -> Condition? { status?.conditions?.first { $0.type == type } }
}

/// What the cluster has to say about an object (API reference, Event v1).
struct ClusterEvent: Sendable, Decodable, Equatable {
    struct Subject: Sendable, Decodable, Equatable {
        var kind: String?
        var name: String?
        var uid: String?
    }

    var metadata: Metadata
    var involvedObject: Subject
    var reason: String?
    var message: String?
    /// `Normal` or `Warning`.
    var type: String?
    var count: Int?
    /// RFC 3339.
    var lastTimestamp: String?
}
