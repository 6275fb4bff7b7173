/// How a version of a job takes over.
struct NomadDeployment: Sendable, Equatable, Decodable {
    /// How one group of it fares.
    struct Group: Sendable, Equatable, Decodable {
        var DesiredTotal: Int
        var DesiredCanaries: Int?
        var PlacedAllocs: Int?
        var PlacedCanaries: [String]?
        var HealthyAllocs: Int?
        var UnhealthyAllocs: Int?
        var Promoted: Bool?
        var AutoRevert: Bool?
        /// RFC 3339: when it fails unless something becomes healthy before.
        var RequireProgressBy: String?
    }

    var ID: String
    var JobID: String
    var JobVersion: Int
    /// The `JobModifyIndex` of the registration that it belongs to.
    var JobSpecModifyIndex: Int
    /// `running`, `paused`, `failed`, `successful`, `cancelled`, `blocked`, `pending`, `unblocking`, `initializing`.
    var Status: String
    var StatusDescription: String?
    /// By group; groups without an update stanza and those without work to do may be missing.
    var TaskGroups: [String: Group]?
    var CreateIndex: Int?
    var ModifyIndex: Int?

    /// Whether it will not change any more.
    var hasEnded: Bool { ["failed", "successful", "cancelled"].contains(Status) }
}

/// What a request that changes a deployment left.
struct DeploymentChange: Sendable, Equatable, Decodable {
    var EvalID: String?
    /// The version that a failed deployment is reverted to; `nil` for none.
    var RevertedJobVersion: Int?
}
