import AdapterKit
import JSONDocument

/// What a plan needs to know of the servers.
struct ServerFacts: Sendable, Equatable {
    var namespace: String
    var version: NomadVersion
    /// The datacenters to run in where no setting names any.
    var datacenters: [String]
    /// Whether the nodes have a Consul agent.
    var hasConsul = false
    /// Why config cannot be kept in Variables although the version has them; `nil` where it can.
    var variablesTrouble: String?
    /// The app's Variable, its values included; `nil` where there is none.
    var variable: NomadVariable?
    /// The app's job, whoever made it; `nil` where there is none.
    var job: LiveJob?
    /// The app's periodic jobs.
    var cronJobs: [LiveJob] = []

    var hasVariables: Bool { version >= NomadVersion(1, 4) && variablesTrouble == nil }
    var hasNativeServices: Bool { version >= NomadVersion(1, 3) }
    var hasNativeChecks: Bool { version >= NomadVersion(1, 4) }

    /// The job, unless it was stopped: what of it runs.
    var liveJob: LiveJob? { job.flatMap { $0.isStopped ? nil : $0 } }

    /// Nothing of the app is there, and the servers are new ones: for plans without a server.
    static func none(in namespace: String) -> ServerFacts {
        ServerFacts(namespace: namespace, version: NomadVersion(1, 10), datacenters: ["*"])
    }
}
