/// A pod, as far as it is read (API reference, Pod v1).
struct Pod: Sendable, Decodable, Equatable {
    var metadata: Metadata
    var spec: Spec
    var status: Status

    struct Spec: Sendable, Decodable, Equatable {
        struct Container: Sendable, Decodable, Equatable {
            var name: String
            var image: String?
        }

        var nodeName: String?
        var activeDeadlineSeconds: Int?
        var containers: [Container]
    }

    struct Status: Sendable, Decodable, Equatable {
        /// `Pending`, `Running`, `Succeeded`, `Failed` or `Unknown`.
        var phase: String?
        var reason: String?
        var message: String?
        var podIP: String?
        var conditions: [Condition]?
        var containerStatuses: [ContainerStatus]?
        /// RFC 3339.
        var startTime: String?
    }

    struct ContainerStatus: Sendable, Decodable, Equatable {
        var name: String
        var ready: Bool
        var restartCount: Int
        var state: ContainerState?
        var lastState: ContainerState?
        var imageID: String?
        var containerID: String?
    }

    struct ContainerState: Sendable, Decodable, Equatable {
        struct Waiting: Sendable, Decodable, Equatable {
            var reason: String?
            var message: String?
        }
        struct Running: Sendable, Decodable, Equatable {
            var startedAt: String?
        }
        struct Terminated: Sendable, Decodable, Equatable {
            var exitCode: Int
            var signal: Int?
            var reason: String?
            var message: String?
            var startedAt: String?
            var finishedAt: String?
        }

        var waiting: Waiting?
        var running: Running?
        var terminated: Terminated?
    }

    /// Whether it takes traffic.
    var isReady: Bool { condition("Ready")?.status == "True" && metadata.deletionTimestamp == nil }

    func condition(_ type: String) -> Condition? { status.conditions?.first { $0.type == type } }
}

/// One thing that is or is not so about an object (API conventions, "Typical status properties").
struct Condition: Sendable, Decodable, Equatable {
    var type: String
    /// `True`, `False` or `Unknown`.
    var status: String
    var reason: String?
    var message: String?
    var lastTransitionTime: String?
}
