import AdapterKit
import JSONDocument

/// What runs the instances of one process type.
struct Workload: Sendable, Equatable {
    let process: ProcessType
    /// How many instances there are to be.
    let quantity: Int
    /// A Deployment or a StatefulSet.
    var object: KubernetesObject
    /// Seconds that an instance must be ready before it counts.
    var minReadySeconds: Int
    /// Whether instances are waited for until they are ready; else until they run.
    let waitsForReadiness: Bool
    /// The port of the readiness probe that nobody asked for; `nil` without one.
    var defaultProbePort: Int?
    /// Whether the cluster ends an instance that does not start as it should.
    var hasStartupProbe: Bool
    /// Checks that no probe can do.
    let ownChecks: [Healthcheck]
    /// The checks that became probes in words, by the probe.
    let checkNames: [String: String]
    /// The words of the startup probe, where it is a command.
    var startupCommand: [String]
    /// Where the process takes traffic; `nil` when it takes none.
    let port: Int?
    /// Seconds from its start in which an instance's readiness probe must have succeeded; `nil` without one.
    var readinessBudget: Int?
    /// Whether releases follow each other in this workload, instead of beside each other in workloads of their own.
    let isRolling: Bool
    /// Whether the instances before are stopped first.
    let stopsOldFirst: Bool
    /// The container whose state and log tell about the process.
    let container: String
}
