import JSONDocument
import Traffic

/// What would happen if a job were registered.
extension NomadCluster {
    func planned(_ request: ServedRequest, _ id: String) throws -> NomadReply {
        try checkMethod(request, "PUT", "POST")
        let document = try body(request)
        guard let given = document["Job"], given != .null else { throw NomadTrouble(400, "Job must be specified") }
        guard given.string("ID") == id else { throw NomadTrouble(400, "Job ID does not match") }
        let namespace = given["Namespace"]?.text ?? (isAtLeast(1, 2) ? asked(request) : "default")
        try permit(request, .write, in: namespace)
        let problems = NomadJobSpec.problems(given)
        guard problems.isEmpty else { throw NomadTrouble(500, NomadTrouble.list(problems)) }
        let key = JobKey(namespace: namespace, id: id)
        let existing = jobs[key]
        var job = NomadJobSpec.canonical(given, isNative: isAtLeast(1, 3))
        job["Namespace"] = .string(namespace)
        job["Version"] = .integer(existing.map { $0.version + 1 } ?? 0)
        var annotations: [String: JSONValue] = [:]
        var failures: [String: JSONValue] = [:]
        var updates: [String: [String: Int]] = [:]
        for group in job.groups {
            let name = group.string("Name")
            let change = changes(job, group, nil)
            annotations[name] = annotation(change)
            updates[name] = Self.updates(change)
            let isPlacing = !(change.places.isEmpty && change.canaries.isEmpty && change.replaced.isEmpty)
            if isPlacing, let trouble = trouble(placing: group, of: job) { failures[name] = trouble }
        }
        var created: [JSONValue] = []
        if !failures.isEmpty {
            var evaluation = Evaluation(
                id: newID(), key: key, trigger: "job-register", type: job.string("Type"),
                priority: job.number("Priority"), jobModifyIndex: 0, createIndex: 0, modifyIndex: 0,
                createTime: now, modifyTime: now)
            evaluation.failures = failures
            created = [blockedEvaluation(of: evaluation).json]
        }
        let index = existing?.modifyIndex ?? 0
        let difference = JobDifference.json(from: existing?.current, to: job, updates: updates)
        return .written(
            [
                "Annotations": ["DesiredTGUpdates": .object(annotations), "PreemptedAllocs": .null],
                "CreatedEvals": created.isEmpty ? .null : .array(created),
                "Diff": document["Diff"]?.flag == true ? difference : .null,
                "FailedTGAllocs": failures.isEmpty ? .null : .object(failures), "Index": .integer(index),
                "JobModifyIndex": .integer(index), "NextPeriodicLaunch": .null,
                "Warnings": .string(NomadJobSpec.warnings(given)),
            ], index)
    }

    private func annotation(_ change: GroupChanges) -> JSONValue {
        [
            "Canary": .integer(change.canaries.count), "DestructiveUpdate": .integer(change.replaced.count),
            "Ignore": .integer(change.ignored), "InPlaceUpdate": .integer(change.kept.count),
            "Migrate": .integer(change.migrated.count), "Place": .integer(change.places.count), "Preemptions": 0,
            "Stop": .integer(change.stopped.count),
        ]
    }

    private static func updates(_ change: GroupChanges) -> [String: Int] {
        [
            "create": change.places.count, "canary": change.canaries.count, "ignore": change.ignored,
            "create/destroy update": change.replaced.count, "in-place update": change.kept.count,
            "destroy": change.stopped.count, "migrate": change.migrated.count,
        ].filter { $0.value > 0 }
    }
}

/// How two versions of a job differ, as Nomad tells it.
enum JobDifference {
    /// - Parameter updates: what happens to each group, where it is known.
    static func json(from old: JSONValue?, to new: JSONValue, updates: [String: [String: Int]]?) -> JSONValue {
        let fields = fields(
            old, new,
            ["AllAtOnce", "Dispatched", "Name", "Namespace", "Priority", "Region", "Stop", "Type"], maps: ["Meta"])
        let objects = [
            list("Datacenters", old?["Datacenters"], new["Datacenters"]), object("Periodic", old, new),
            object("ParameterizedJob", old, new),
        ].compactMap { $0 }
        let names = names(old?.groups, new.groups)
        let groups = names.compactMap {
            group($0, old?.group($0), new.group($0), (updates ?? [:])[$0] ?? (updates == nil ? nil : [:]))
        }
        return [
            "ID": new["ID"] ?? "", "Type": type(old, new, !fields.isEmpty || !objects.isEmpty || !groups.isEmpty),
            "Fields": nonEmpty(fields), "Objects": nonEmpty(objects), "TaskGroups": nonEmpty(groups),
        ]
    }

    private static func group(_ name: String, _ old: JSONValue?, _ new: JSONValue?, _ updates: [String: Int]?)
        -> JSONValue?
    {
        var fields = fields(old, new, ["Count"], maps: ["Meta"])
        if updates != nil, let place = fields.firstIndex(where: { $0.string("Name") == "Count" }) {
            let isMore = (new?.number("Count") ?? 0) > (old?.number("Count") ?? 0)
            fields[place]["Annotations"] = isMore ? ["forces create"] : ["forces destroy"]
        }
        var objects = ["RestartPolicy", "ReschedulePolicy", "EphemeralDisk", "Update"].compactMap {
            object($0, old, new)
        }
        objects += lists("Networks", "Network", old, new)
        objects += lists("Services", "Service", old, new)
        let tasks = names(old?["Tasks"]?.items, new?["Tasks"]?.items ?? []).compactMap { name in
            task(name, item(name, old?["Tasks"]), item(name, new?["Tasks"]), isPlanned: updates != nil)
        }
        let isChanged = !fields.isEmpty || !objects.isEmpty || !tasks.isEmpty
        guard isChanged || updates?.isEmpty == false else { return nil }
        return [
            "Name": .string(name), "Type": type(old, new, isChanged), "Fields": nonEmpty(fields),
            "Objects": nonEmpty(objects), "Tasks": nonEmpty(tasks),
            "Updates": updates.map { .object($0.mapValues { .integer($0) }) } ?? .null,
        ]
    }

    private static func task(_ name: String, _ old: JSONValue?, _ new: JSONValue?, isPlanned: Bool) -> JSONValue? {
        let fields = fields(
            old, new, ["Driver", "KillSignal", "KillTimeout", "Leader", "ShutdownDelay", "User"],
            maps: ["Env", "Meta"])
        let objects =
            ["Config", "Resources", "LogConfig"].compactMap { object($0, old, new) }
            + lists("Templates", "Template", old, new)
        guard !fields.isEmpty || !objects.isEmpty else { return nil }
        let annotation: JSONValue =
            old == nil ? ["forces create"] : new == nil ? ["forces destroy"] : ["forces create/destroy update"]
        return [
            "Name": .string(name), "Type": type(old, new, true), "Fields": nonEmpty(fields),
            "Objects": nonEmpty(objects), "Annotations": isPlanned ? annotation : .null,
        ]
    }

    // MARK: parts

    private static func type(_ old: JSONValue?, _ new: JSONValue?, _ isChanged: Bool) -> JSONValue {
        if old == nil || old == .null { return "Added" }
        if new == nil || new == .null { return "Deleted" }
        return isChanged ? "Edited" : "None"
    }

    private static func nonEmpty(_ items: [JSONValue]) -> JSONValue { items.isEmpty ? .null : .array(items) }

    private static func names(_ old: [JSONValue]?, _ new: [JSONValue]) -> [String] {
        Set(((old ?? []) + new).map { $0.string("Name") }).sorted()
    }

    private static func item(_ name: String, _ list: JSONValue?) -> JSONValue? {
        list?.items?.first { $0.string("Name") == name }
    }

    private static func shown(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): text
        case .null, nil: ""
        case let value?: value.compact
        }
    }

    private static func field(_ name: String, _ old: String, _ new: String) -> JSONValue? {
        guard old != new else { return nil }
        return [
            "Name": .string(name), "Old": .string(old), "New": .string(new), "Annotations": .null,
            "Type": old.isEmpty ? "Added" : new.isEmpty ? "Deleted" : "Edited",
        ]
    }

    private static func fields(_ old: JSONValue?, _ new: JSONValue?, _ names: [String], maps: [String]) -> [JSONValue] {
        let plain = names.compactMap { field($0, shown(old?[$0]), shown(new?[$0])) }
        let mapped = maps.flatMap { map -> [JSONValue] in
            let before = old?[map]?.fields ?? [:]
            let after = new?[map]?.fields ?? [:]
            return Set(before.keys).union(after.keys).sorted().compactMap {
                field("\(map)[\($0)]", shown(before[$0]), shown(after[$0]))
            }
        }
        return (plain + mapped).sorted { $0.string("Name") < $1.string("Name") }
    }

    /// An object's fields, those of what is inside of it by path.
    private static func object(_ name: String, _ old: JSONValue?, _ new: JSONValue?) -> JSONValue? {
        let before = old?[name] ?? .null
        let after = new?[name] ?? .null
        guard before != after else { return nil }
        let left = flattened(before, "")
        let right = flattened(after, "")
        let fields = Set(left.keys).union(right.keys).sorted().compactMap {
            field($0, left[$0] ?? "", right[$0] ?? "")
        }
        return [
            "Name": .string(name), "Type": type(before, after, true), "Fields": nonEmpty(fields), "Objects": .null,
        ]
    }

    private static func list(_ name: String, _ old: JSONValue?, _ new: JSONValue?) -> JSONValue? {
        let before = (old?.items ?? []).compactMap(\.text)
        let after = (new?.items ?? []).compactMap(\.text)
        let fields =
            after.filter { !before.contains($0) }.compactMap { field(name, "", $0) }
            + before.filter { !after.contains($0) }.compactMap { field(name, $0, "") }
        guard !fields.isEmpty else { return nil }
        return [
            "Name": .string(name), "Type": type(old, new, true), "Fields": .array(fields), "Objects": .null,
        ]
    }

    /// The objects of a list, each added or taken away as a whole.
    private static func lists(_ field: String, _ name: String, _ old: JSONValue?, _ new: JSONValue?) -> [JSONValue] {
        let before = old?[field]?.items ?? []
        let after = new?[field]?.items ?? []
        guard before != after else { return [] }
        func whole(_ item: JSONValue, isAdded: Bool) -> JSONValue {
            let fields = flattened(item, "").sorted { $0.key < $1.key }.compactMap {
                isAdded ? Self.field($0.key, "", $0.value) : Self.field($0.key, $0.value, "")
            }
            let ports = (item["DynamicPorts"]?.items ?? []).map { port -> JSONValue in
                [
                    "Name": "Dynamic Port", "Type": isAdded ? "Added" : "Deleted", "Objects": .null,
                    "Fields": nonEmpty(
                        ["HostNetwork", "Label", "To"].compactMap {
                            isAdded ? Self.field($0, "", shown(port[$0])) : Self.field($0, shown(port[$0]), "")
                        }),
                ]
            }
            return [
                "Name": .string(name), "Type": isAdded ? "Added" : "Deleted", "Fields": nonEmpty(fields),
                "Objects": nonEmpty(ports),
            ]
        }
        return before.filter { !after.contains($0) }.map { whole($0, isAdded: false) }
            + after.filter { !before.contains($0) }.map { whole($0, isAdded: true) }
    }

    private static func flattened(_ document: JSONValue, _ path: String) -> [String: String] {
        switch document {
        case .object(let fields):
            return fields.reduce(into: [:]) { all, field in
                guard field.key != "DynamicPorts" else { return }
                let inside = path.isEmpty ? field.key : "\(path)[\(field.key)]"
                all.merge(flattened(field.value, inside)) { $1 }
            }
        case .array(let items):
            return items.enumerated().reduce(into: [:]) { all, item in
                all.merge(flattened(item.element, "\(path)[\(item.offset)]")) { $1 }
            }
        case .null: return [:]
        default: return [path: shown(document)]
        }
    }
}
