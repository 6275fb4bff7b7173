import JSONDocument

/// The rollout of one version of a job.
struct Deployment: Sendable {
    /// How far a group is.
    struct GroupState: Sendable {
        var autoRevert: Bool
        var autoPromote: Bool
        var desiredCanaries: Int
        var desiredTotal: Int
        var progress: Int
        var placed = 0
        var canaries: [String] = []
        var healthy = 0
        var unhealthy = 0
        var isPromoted = false
        var requireProgressBy: Int?

        var isFinished: Bool {
            healthy >= max(desiredTotal, desiredCanaries) && (desiredCanaries == 0 || isPromoted)
        }
        /// Whether all that it can do by itself is done.
        var isWaitingForPromotion: Bool { desiredCanaries > 0 && !isPromoted && healthy >= desiredCanaries }

        var json: JSONValue {
            [
                "AutoPromote": .bool(autoPromote), "AutoRevert": .bool(autoRevert),
                "DesiredCanaries": .integer(desiredCanaries), "DesiredTotal": .integer(desiredTotal),
                "HealthyAllocs": .integer(healthy), "PlacedAllocs": .integer(placed),
                "PlacedCanaries": canaries.isEmpty ? .null : JSONValue.texts(canaries),
                "ProgressDeadline": .integer(progress), "Promoted": .bool(isPromoted),
                "RequireProgressBy": requireProgressBy.map(NomadCluster.time) ?? .null,
                "UnhealthyAllocs": .integer(unhealthy),
            ]
        }
    }

    let id: String
    let key: JobKey
    let jobVersion: Int
    let jobModifyIndex: Int
    let jobCreateIndex: Int
    var status = "running"
    var description: String
    var groups: [String: GroupState]
    let createIndex: Int
    var modifyIndex: Int
    /// Whether a follow-up to a change of health is on its way.
    var isFollowed = false

    var isActive: Bool { ["running", "paused", "pending"].contains(status) }

    var json: JSONValue {
        [
            "ID": .string(id), "JobID": .string(key.id), "Namespace": .string(key.namespace),
            "IsMultiregion": false, "JobVersion": .integer(jobVersion), "JobModifyIndex": .integer(jobModifyIndex),
            "JobSpecModifyIndex": .integer(jobModifyIndex), "JobCreateIndex": .integer(jobCreateIndex),
            "Status": .string(status), "StatusDescription": .string(description),
            "TaskGroups": .object(groups.mapValues(\.json)), "CreateIndex": .integer(createIndex),
            "ModifyIndex": .integer(modifyIndex),
        ]
    }
}
