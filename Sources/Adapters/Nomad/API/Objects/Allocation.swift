/// One copy of a group on a node. Lists leave ``AllocatedResources``, ``DeploymentID`` and ``Metrics`` out.
struct Allocation: Sendable, Equatable, Decodable {
    /// What a deployment thinks of an allocation.
    struct Health: Sendable, Equatable, Decodable {
        /// `nil` while it is not known.
        var Healthy: Bool?
        var Canary: Bool?
    }

    var ID: String
    /// `JOB.GROUP[INDEX]`
    var Name: String
    var Namespace: String?
    var JobID: String
    var NodeID: String
    var NodeName: String?
    var TaskGroup: String
    /// The version of the job that it runs: an update in place changes it.
    var JobVersion: Int
    var DeploymentID: String?
    var EvalID: String?
    /// `run`, `stop` or `evict`.
    var DesiredStatus: String
    var DesiredDescription: String?
    /// `pending`, `running`, `complete`, `failed`, `lost` or `unknown`.
    var ClientStatus: String
    var ClientDescription: String?
    var DeploymentStatus: Health?
    /// By task; `nil` before the node has taken it.
    var TaskStates: [String: TaskState]?
    /// The allocation that has taken its place.
    var NextAllocation: String?
    var FollowupEvalID: String?
    var AllocatedResources: AllocatedResources?
    var Metrics: AllocationMetric?
    var CreateIndex: Int
    var ModifyIndex: Int
    /// Nanoseconds since 1970.
    var CreateTime: Int
    var ModifyTime: Int?

    /// The number at the end of its name, from 0.
    var index: Int? {
        guard let open = Name.lastIndex(of: "["), Name.hasSuffix("]") else { return nil }
        return Int(Name[Name.index(after: open)...].dropLast())
    }

    /// Whether its tasks have ended, or were never begun and never will be.
    var hasEnded: Bool { ["complete", "failed", "lost"].contains(ClientStatus) }
    /// Whether it is wanted and there.
    var isLive: Bool { DesiredStatus == "run" && !hasEnded }
    var isCanary: Bool { DeploymentStatus?.Canary ?? false }
}

extension Allocation {
    private enum CodingKeys: String, CodingKey {
        case ID, Name, Namespace, JobID, NodeID, NodeName, TaskGroup, JobVersion, Job, DeploymentID, EvalID
        case DesiredStatus, DesiredDescription, ClientStatus, ClientDescription, DeploymentStatus, TaskStates
        case NextAllocation, FollowupEvalID, AllocatedResources, Metrics, CreateIndex, ModifyIndex, CreateTime
        case ModifyTime
    }

    private struct VersionOfJob: Decodable { var Version: Int? }

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func optional<Value: Decodable>(_ key: CodingKeys, as: Value.Type = Value.self) throws -> Value? {
            try fields.decodeIfPresent(Value.self, forKey: key)
        }
        ID = try fields.decode(String.self, forKey: .ID)
        Name = try fields.decode(String.self, forKey: .Name)
        Namespace = try optional(.Namespace)
        JobID = try fields.decode(String.self, forKey: .JobID)
        NodeID = try optional(.NodeID) ?? ""
        NodeName = try optional(.NodeName)
        TaskGroup = try fields.decode(String.self, forKey: .TaskGroup)
        // A list says it beside the allocation, an allocation by itself inside of its job.
        JobVersion =
            try optional(.JobVersion) ?? optional(.Job, as: VersionOfJob.self)?.Version ?? 0
        DeploymentID = try optional(.DeploymentID)
        EvalID = try optional(.EvalID)
        DesiredStatus = try fields.decode(String.self, forKey: .DesiredStatus)
        DesiredDescription = try optional(.DesiredDescription)
        ClientStatus = try fields.decode(String.self, forKey: .ClientStatus)
        ClientDescription = try optional(.ClientDescription)
        DeploymentStatus = try optional(.DeploymentStatus)
        TaskStates = try optional(.TaskStates)
        NextAllocation = try optional(.NextAllocation)
        FollowupEvalID = try optional(.FollowupEvalID)
        AllocatedResources = try optional(.AllocatedResources)
        Metrics = try optional(.Metrics)
        CreateIndex = try optional(.CreateIndex) ?? 0
        ModifyIndex = try optional(.ModifyIndex) ?? 0
        CreateTime = try optional(.CreateTime) ?? 0
        ModifyTime = try optional(.ModifyTime)
    }
}

/// What an allocation was given on its node.
struct AllocatedResources: Sendable, Equatable, Decodable {
    struct Port: Sendable, Equatable, Decodable {
        var Label: String
        /// On the node.
        var Value: Int
        /// In the task; 0 for the same.
        var To: Int?
        /// The node's address that it listens at.
        var HostIP: String?
    }

    struct Network: Sendable, Equatable, Decodable {
        var IP: String?
        var Mode: String?
        var DynamicPorts: [Port]?
        var ReservedPorts: [Port]?
    }

    struct SharedPart: Sendable, Equatable, Decodable {
        var Networks: [Network]?
        /// All ports, each with its address.
        var Ports: [Port]?
    }

    var Shared: SharedPart?

    /// The address and the port of `label` on the node.
    func address(of label: String) -> (host: String, port: Int)? {
        if let port = self.Shared?.Ports?.first(where: { $0.Label == label }), let host = port.HostIP, !host.isEmpty {
            return (host, port.Value)
        }
        for network in self.Shared?.Networks ?? [] {
            let ports = (network.DynamicPorts ?? []) + (network.ReservedPorts ?? [])
            if let port = ports.first(where: { $0.Label == label }), let host = network.IP, !host.isEmpty {
                return (host, port.Value)
            }
        }
        return nil
    }
}
