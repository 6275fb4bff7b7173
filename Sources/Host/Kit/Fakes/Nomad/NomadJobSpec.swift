import JSONDocument

/// Fills in what a job leaves out, and finds what is wrong with it.
enum NomadJobSpec {
    /// The job as the server keeps it: every field there, with the defaults of its type.
    static func canonical(_ given: JSONValue, isNative: Bool) -> JSONValue {
        var job = overlay(jobDefaults, given)
        if job.string("Name").isEmpty { job["Name"] = job["ID"] }
        let type = job.string("Type")
        let isService = type == "service"
        job["Update"] = isService ? serviceUpdate : emptyUpdate
        job["TaskGroups"] = .array(job.groups.map { group($0, type, given["Update"], isNative) })
        if let periodic = job["Periodic"], periodic != .null {
            job["Periodic"] = overlay(
                ["Enabled": true, "Spec": "", "SpecType": "cron", "ProhibitOverlap": false, "TimeZone": "UTC"],
                periodic)
        }
        if let parameters = job["ParameterizedJob"], parameters != .null {
            job["ParameterizedJob"] = overlay(
                ["Payload": "optional", "MetaRequired": .null, "MetaOptional": .null], parameters)
        }
        return job
    }

    /// Objects that are given win over the defaults, field by field; nothing given is no answer.
    private static func overlay(_ defaults: JSONValue, _ given: JSONValue?) -> JSONValue {
        guard let fields = given?.fields else { return defaults }
        return .object((defaults.fields ?? [:]).merging(fields.filter { $0.value != .null }) { $1 })
    }

    private static let jobDefaults: JSONValue = [
        "Affinities": .null, "AllAtOnce": false, "Constraints": .null, "ConsulNamespace": "", "ConsulToken": "",
        "CreateIndex": 0, "Datacenters": .null, "Dispatched": false, "ID": "", "JobModifyIndex": 0, "Meta": .null,
        "ModifyIndex": 0, "Multiregion": .null, "Name": "", "Namespace": "default", "NomadTokenID": "",
        "ParameterizedJob": .null, "ParentID": "", "Payload": .null, "Periodic": .null, "Priority": 50,
        "Region": "global", "Spreads": .null, "Stable": false, "Status": "pending", "StatusDescription": "",
        "Stop": false, "SubmitTime": 0, "TaskGroups": .null, "Type": "service", "VaultNamespace": "",
        "VaultToken": "", "Version": 0,
    ]

    private static let emptyUpdate: JSONValue = [
        "AutoPromote": false, "AutoRevert": false, "Canary": 0, "HealthCheck": "", "HealthyDeadline": 0,
        "MaxParallel": 0, "MinHealthyTime": 0, "ProgressDeadline": 0, "Stagger": 0,
    ]

    private static let serviceUpdate = overlay(emptyUpdate, ["MaxParallel": 1, "Stagger": 30_000_000_000])

    private static func group(_ given: JSONValue, _ type: String, _ update: JSONValue?, _ isNative: Bool)
        -> JSONValue
    {
        let isService = type == "service"
        var group = overlay(groupDefaults, given)
        group["EphemeralDisk"] = overlay(["Migrate": false, "SizeMB": 300, "Sticky": false], given["EphemeralDisk"])
        group["RestartPolicy"] = overlay(
            isService
                ? ["Attempts": 2, "Delay": 15_000_000_000, "Interval": 1_800_000_000_000, "Mode": "fail"]
                : ["Attempts": 3, "Delay": 15_000_000_000, "Interval": 86_400_000_000_000, "Mode": "fail"],
            given["RestartPolicy"])
        group["ReschedulePolicy"] = overlay(
            isService
                ? [
                    "Attempts": 0, "Delay": 30_000_000_000, "DelayFunction": "exponential", "Interval": 0,
                    "MaxDelay": 3_600_000_000_000, "Unlimited": true,
                ]
                : [
                    "Attempts": 1, "Delay": 5_000_000_000, "DelayFunction": "constant",
                    "Interval": 86_400_000_000_000, "MaxDelay": 0, "Unlimited": false,
                ], given["ReschedulePolicy"])
        if isService {
            group["Migrate"] = overlay(
                [
                    "HealthCheck": "checks", "HealthyDeadline": 300_000_000_000, "MaxParallel": 1,
                    "MinHealthyTime": 10_000_000_000,
                ], given["Migrate"])
            group["Update"] = overlay(overlay(updateDefaults, update), given["Update"])
        }
        if let networks = given["Networks"]?.items { group["Networks"] = .array(networks.map(network)) }
        if let services = given["Services"]?.items {
            group["Services"] = .array(services.map { service($0, isNative) })
        }
        group["Tasks"] = .array(
            (given["Tasks"]?.items ?? []).map { task($0, group["RestartPolicy"] ?? .null, isNative) })
        return group
    }

    private static let groupDefaults: JSONValue = [
        "Affinities": .null, "Constraints": .null, "Consul": ["Namespace": ""], "Count": 1, "Meta": .null,
        "Migrate": .null, "Name": "", "Networks": .null, "Scaling": .null, "Services": .null,
        "ShutdownDelay": .null, "Spreads": .null, "StopAfterClientDisconnect": .null, "Tasks": .null,
        "Update": .null, "Volumes": .null,
    ]

    private static let updateDefaults: JSONValue = [
        "AutoPromote": false, "AutoRevert": false, "Canary": 0, "HealthCheck": "checks",
        "HealthyDeadline": 300_000_000_000, "MaxParallel": 1, "MinHealthyTime": 10_000_000_000,
        "ProgressDeadline": 600_000_000_000, "Stagger": 30_000_000_000,
    ]

    private static func network(_ given: JSONValue) -> JSONValue {
        var network = overlay(
            [
                "CIDR": "", "DNS": .null, "Device": "", "DynamicPorts": .null, "IP": "", "MBits": 0, "Mode": "",
                "ReservedPorts": .null,
            ], given)
        for kind in ["DynamicPorts", "ReservedPorts"] {
            guard let ports = network[kind]?.items else { continue }
            network[kind] = .array(
                ports.map { overlay(["HostNetwork": "default", "Label": "", "To": 0, "Value": 0], $0) })
        }
        return network
    }

    private static func service(_ given: JSONValue, _ isNative: Bool) -> JSONValue {
        overlay(
            isNative
                ? ["Provider": "consul", "Name": "", "PortLabel": "", "Tags": .null]
                : ["Name": "", "PortLabel": "", "Tags": .null], given)
    }

    private static func task(_ given: JSONValue, _ restart: JSONValue, _ isNative: Bool) -> JSONValue {
        var task = overlay(
            [
                "Affinities": .null, "Artifacts": .null, "CSIPluginConfig": .null, "Config": .null,
                "Constraints": .null, "DispatchPayload": .null, "Driver": "", "Env": .null, "KillSignal": "",
                "KillTimeout": 5_000_000_000, "Kind": "", "Leader": false, "Lifecycle": .null, "Meta": .null,
                "Name": "", "ScalingPolicies": .null, "Services": .null, "ShutdownDelay": 0, "Templates": .null,
                "User": "", "Vault": .null, "VolumeMounts": .null,
            ], given)
        task["LogConfig"] = overlay(["MaxFileSizeMB": 10, "MaxFiles": 10], given["LogConfig"])
        task["RestartPolicy"] = overlay(restart, given["RestartPolicy"])
        task["Resources"] = overlay(
            [
                "CPU": 100, "Cores": 0, "Devices": .null, "DiskMB": 0, "IOPS": 0, "MemoryMB": 300,
                "MemoryMaxMB": 0, "Networks": .null,
            ], given["Resources"])
        if let services = given["Services"]?.items {
            task["Services"] = .array(services.map { service($0, isNative) })
        }
        return task
    }

    // MARK: what is wrong with it

    /// In Nomad's words; nothing for a job that can be registered.
    static func problems(_ job: JSONValue) -> [String] {
        var problems: [String] = []
        let id = job.string("ID")
        if id.isEmpty { problems.append("Missing job ID") }
        if id.contains(" ") { problems.append("Job ID contains a space") }
        if !["service", "batch", "system"].contains(job["Type"]?.text ?? "service") {
            problems.append("Invalid job type: \"\(job.string("Type"))\"")
        }
        if (job["Datacenters"]?.items ?? []).isEmpty { problems.append("Missing job datacenters") }
        if job.groups.isEmpty { problems.append("Missing job task groups") }
        var names: Set<String> = []
        for group in job.groups {
            let name = group.string("Name")
            if !names.insert(name).inserted {
                problems.append("Job task group 1 redefines '\(name)' from group 1")
            }
            if group.number("Count") < 0 { problems.append("Task group \(name) validation failed: count is negative") }
            if (group["Tasks"]?.items ?? []).isEmpty {
                problems.append(
                    "Task group \(name) validation failed: 1 error occurred:\n\t* Missing tasks for task group\n\n")
            }
            for task in group["Tasks"]?.items ?? [] where task.string("Driver").isEmpty {
                problems.append(
                    "Task group \(name) validation failed: 1 error occurred:\n\t* Task \(task.string("Name")) "
                        + "validation failed: 1 error occurred:\n\t* Missing task driver\n\n\n\n")
            }
        }
        return problems
    }

    /// What Nomad warns of, as one text; empty when there is nothing.
    static func warnings(_ job: JSONValue) -> String {
        let all = job.groups.compactMap { group -> String? in
            let parallel = group["Update"]?.number("MaxParallel") ?? 0
            let count = group.number("Count")
            guard parallel > count, count > 0 else { return nil }
            return "Group \"\(group.string("Name"))\" has warnings: 1 error occurred:\n\t* Update max parallel count "
                + "is greater than task group count (\(parallel) > \(count)). A destructive change would result in "
                + "the simultaneous replacement of all allocations.\n\n"
        }
        guard !all.isEmpty else { return "" }
        return "\(all.count) warning(s):\n\n" + all.map { "* \($0)" }.joined(separator: "\n")
    }

    /// What of a group decides whether an allocation can stay as it is when the job changes.
    static func substance(_ job: JSONValue, _ group: JSONValue) -> JSONValue {
        let tasks = (group["Tasks"]?.items ?? []).map { task -> JSONValue in
            var task = task
            for field in ["RestartPolicy", "KillTimeout", "Services", "ShutdownDelay", "Leader"] { task[field] = .null }
            return task
        }
        return [
            "Tasks": .array(tasks), "Networks": group["Networks"] ?? .null, "Meta": group["Meta"] ?? .null,
            "EphemeralDisk": group["EphemeralDisk"] ?? .null, "Volumes": group["Volumes"] ?? .null,
            "JobMeta": job["Meta"] ?? .null,
        ]
    }
}
