import JSONDocument

/// A job with all its versions.
struct NomadJob: Sendable {
    let key: JobKey
    /// The newest first; never empty.
    var versions: [JSONValue]
    let createIndex: Int
    /// What was scaled, by group, the newest first.
    var scalings: [String: [JSONValue]] = [:]
    /// How many jobs were made of it.
    var children: [JobKey] = []
    var summaryIndex: Int

    var current: JSONValue {
        get { versions[0] }
        set { versions[0] = newValue }
    }

    var version: Int { current.number("Version") }
    var modifyIndex: Int { current.number("JobModifyIndex") }
    var isStopped: Bool { current["Stop"]?.flag ?? false }
    var isService: Bool { current.string("Type") == "service" }
    /// Whether other jobs are made of it, and it runs nothing itself.
    var isTemplate: Bool {
        (current["Periodic"] ?? .null) != .null || isParameterized
    }
    var isParameterized: Bool {
        (current["ParameterizedJob"] ?? .null) != .null && current["Dispatched"]?.flag != true
    }
}

/// A scheduler's decision on a job, asked for and made.
struct Evaluation: Sendable {
    let id: String
    let key: JobKey
    var trigger: String
    var type: String
    var priority: Int
    var status = "pending"
    var description = ""
    var jobModifyIndex: Int
    var deployment: String?
    var blocked: String?
    var previous: String?
    /// Groups for which there was no room.
    var failures: [String: JSONValue] = [:]
    var queued: [String: Int]?
    var createIndex: Int
    var modifyIndex: Int
    var createTime: Int
    var modifyTime: Int

    /// As Nomad shows it: what is empty is left out.
    var json: JSONValue {
        var document: [String: JSONValue] = [
            "ID": .string(id), "JobID": .string(key.id), "Namespace": .string(key.namespace),
            "Priority": .integer(priority), "Type": .string(type), "TriggeredBy": .string(trigger),
            "Status": .string(status), "CreateTime": .integer(createTime), "ModifyTime": .integer(modifyTime),
        ]
        if createIndex > 0 {
            document["CreateIndex"] = .integer(createIndex)
            document["ModifyIndex"] = .integer(modifyIndex)
            document["JobModifyIndex"] = .integer(jobModifyIndex)
            document["SnapshotIndex"] = .integer(createIndex)
        }
        if !description.isEmpty { document["StatusDescription"] = .string(description) }
        if let deployment { document["DeploymentID"] = .string(deployment) }
        if let blocked { document["BlockedEval"] = .string(blocked) }
        if let previous { document["PreviousEval"] = .string(previous) }
        if !failures.isEmpty { document["FailedTGAllocs"] = .object(failures) }
        if let queued { document["QueuedAllocations"] = .object(queued.mapValues { .integer($0) }) }
        if status == "blocked" { document["ClassEligibility"] = ["v1:1": true] }
        return .object(document)
    }
}
