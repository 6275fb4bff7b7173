import JSONDocument
import Traffic

/// One instance of a group: what the scheduler wants of it and how far the client is.
struct Allocation: Sendable {
    struct Port: Sendable {
        var label: String
        var value: Int
        var to: Int
    }

    /// Whether a deployment counts it as healthy.
    struct Health: Sendable {
        var isHealthy: Bool?
        var isCanary: Bool
        var time: Int
        var index: Int
    }

    let id: String
    let key: JobKey
    let group: String
    /// Its number among the group's: two may have the same while one replaces the other.
    let number: Int
    var job: JSONValue
    var evaluation: String
    var nodeID: String
    /// Where its ports are reached.
    var address = "127.0.0.1"
    var deployment: String?
    var health: Health?
    var desiredStatus = "run"
    var desiredDescription = ""
    var clientStatus = "pending"
    var clientDescription = ""
    var states: [String: TaskState] = [:]
    var ports: [Port] = []
    var previous: String?
    var next: String?
    var mayReschedule = false
    var isMigrating = false
    /// When it was replaced because it failed: once for each time.
    var reschedules: [JSONValue] = []
    var isWaitingForReschedule = false
    var createIndex: Int
    var modifyIndex: Int
    var createTime: Int
    var modifyTime: Int

    var name: String { "\(key.id).\(group)[\(number)]" }
    var groupSpec: JSONValue { job.group(group) ?? [:] }
    var tasks: [JSONValue] { groupSpec["Tasks"]?.items ?? [] }
    var version: Int { job.number("Version") }
    var isWanted: Bool { desiredStatus == "run" }
    /// Whether nothing runs in it any more.
    var isTerminal: Bool { ["complete", "failed", "lost"].contains(clientStatus) }
    var isCanary: Bool { health?.isCanary ?? false }
    var cpu: Int { tasks.reduce(0) { $0 + ($1["Resources"]?.number("CPU") ?? 0) } }
    var memory: Int { tasks.reduce(0) { $0 + ($1["Resources"]?.number("MemoryMB") ?? 0) } }

    // MARK: as documents

    private var common: JSONValue {
        [
            "ID": .string(id), "EvalID": .string(evaluation), "Name": .string(name),
            "Namespace": .string(key.namespace), "NodeID": .string(nodeID), "NodeName": "nomad-1",
            "JobID": .string(key.id), "TaskGroup": .string(group), "DesiredStatus": .string(desiredStatus),
            "ClientStatus": .string(clientStatus), "ClientDescription": .string(clientDescription),
            "TaskStates": states.isEmpty ? .null : .object(states.mapValues(\.json)),
            "CreateIndex": .integer(createIndex), "ModifyIndex": .integer(modifyIndex),
            "CreateTime": .integer(createTime), "ModifyTime": .integer(modifyTime),
        ]
    }

    private var healthDocument: JSONValue {
        guard let health, health.isCanary || health.isHealthy != nil else { return .null }
        return [
            "Healthy": health.isHealthy.map { .bool($0) } ?? .null, "Canary": .bool(health.isCanary),
            "ModifyIndex": .integer(health.index),
            "Timestamp": health.time > 0 ? NomadCluster.time(health.time) : "0001-01-01T00:00:00Z",
        ]
    }

    private var transition: JSONValue {
        [
            "ForceReschedule": .null, "Migrate": isMigrating ? true : .null,
            "Reschedule": mayReschedule ? true : .null,
        ]
    }

    /// As lists show it: every field is there.
    var stub: JSONValue {
        var stub = common
        stub["DeploymentStatus"] = healthDocument
        stub["DesiredDescription"] = .string(desiredDescription)
        stub["DesiredTransition"] = transition
        stub["FollowupEvalID"] = ""
        stub["JobType"] = job["Type"]
        stub["JobVersion"] = .integer(version)
        stub["PreemptedAllocations"] = .null
        stub["PreemptedByAllocation"] = ""
        stub["RescheduleTracker"] = reschedules.isEmpty ? .null : ["Events": .array(reschedules)]
        return stub
    }

    /// As it is shown alone: what is empty is left out.
    var json: JSONValue {
        var document = common
        document["AllocModifyIndex"] = .integer(createIndex)
        document["Job"] = job
        document["Metrics"] = metrics
        document["NetworkStatus"] = ["Address": "", "DNS": .null, "InterfaceName": ""]
        if let deployment { document["DeploymentID"] = .string(deployment) }
        if healthDocument != .null { document["DeploymentStatus"] = healthDocument }
        if !desiredDescription.isEmpty { document["DesiredDescription"] = .string(desiredDescription) }
        if mayReschedule || isMigrating { document["DesiredTransition"] = transition }
        if let previous { document["PreviousAllocation"] = .string(previous) }
        if let next { document["NextAllocation"] = .string(next) }
        if !reschedules.isEmpty { document["RescheduleTracker"] = ["Events": .array(reschedules)] }
        for (name, value) in resources { document[name] = value }
        return document
    }

    private var metrics: JSONValue {
        [
            "AllocationTime": 70_000, "ClassExhausted": .null, "ClassFiltered": .null, "CoalescedFailures": 0,
            "ConstraintFiltered": .null, "DimensionExhausted": .null, "NodesAvailable": ["dc1": 1],
            "NodesEvaluated": 1, "NodesExhausted": 0, "NodesFiltered": 0, "QuotaExhausted": .null,
            "ResourcesExhausted": .null,
            "ScoreMetaData": [
                [
                    "NodeID": .string(nodeID), "NormScore": .number(0.5),
                    "Scores": [
                        "binpack": .number(0.5), "job-anti-affinity": 0, "node-affinity": 0,
                        "node-reschedule-penalty": 0,
                    ],
                ]
            ], "Scores": .null,
        ]
    }

    private var resources: [String: JSONValue] {
        let networks: JSONValue =
            ports.isEmpty
            ? .null
            : [
                [
                    "CIDR": "", "DNS": .null, "Device": "", "IP": .string(address), "MBits": 0, "Mode": "",
                    "ReservedPorts": .null,
                    "DynamicPorts": .array(
                        ports.map {
                            [
                                "HostNetwork": "default", "Label": .string($0.label), "To": .integer($0.to),
                                "Value": .integer($0.value),
                            ]
                        }),
                ]
            ]
        let mapped: JSONValue =
            ports.isEmpty
            ? .null
            : .array(
                ports.map {
                    [
                        "HostIP": .string(address), "Label": .string($0.label), "To": .integer($0.to),
                        "Value": .integer($0.value),
                    ]
                })
        func sum(_ cpu: Int, _ memory: Int, _ most: Int) -> JSONValue {
            [
                "CPU": .integer(cpu), "Cores": 0, "Devices": .null, "DiskMB": 300, "IOPS": 0,
                "MemoryMB": .integer(memory), "MemoryMaxMB": .integer(most), "Networks": networks,
            ]
        }
        var allocated: [String: JSONValue] = [:]
        var asked: [String: JSONValue] = [:]
        var lifecycles: [String: JSONValue] = [:]
        for task in tasks {
            let name = task.string("Name")
            let wanted = task["Resources"] ?? [:]
            allocated[name] = [
                "Cpu": ["CpuShares": wanted["CPU"] ?? 0, "ReservedCores": .null], "Devices": .null,
                "Memory": ["MemoryMB": wanted["MemoryMB"] ?? 0, "MemoryMaxMB": wanted["MemoryMaxMB"] ?? 0],
                "Networks": .null,
            ]
            asked[name] = wanted
            lifecycles[name] = task["Lifecycle"] ?? .null
        }
        return [
            "AllocatedResources": [
                "Shared": ["DiskMB": 300, "Networks": networks, "Ports": mapped],
                "TaskLifecycles": .object(lifecycles), "Tasks": .object(allocated),
            ],
            "Resources": sum(cpu, memory, memory), "SharedResources": sum(0, 0, 0), "TaskResources": .object(asked),
        ]
    }
}
