import JSONDocument
import Traffic

/// A variable of Nomad 1.4 and newer.
struct Variable: Sendable {
    var items: [String: String]
    var createIndex: Int
    var modifyIndex: Int
    var createTime: Int
    var modifyTime: Int

    func json(_ key: VariableKey, hasItems: Bool) -> JSONValue {
        var document: JSONValue = [
            "Namespace": .string(key.namespace), "Path": .string(key.path), "CreateIndex": .integer(createIndex),
            "ModifyIndex": .integer(modifyIndex), "CreateTime": .integer(createTime),
            "ModifyTime": .integer(modifyTime),
        ]
        if hasItems { document["Items"] = .object(items.mapValues { .string($0) }) }
        return document
    }
}

/// What tells variables apart.
package struct VariableKey: Hashable, Sendable {
    var namespace: String
    var path: String

    package init(_ namespace: String, _ path: String) {
        self.namespace = namespace
        self.path = path
    }

    /// The job to which Nomad gives it, as a label; none for a variable of nobody's.
    package var ownerLabels: [String: String] {
        let parts = path.split(separator: "/").map(String.init)
        return parts.count > 2 && parts.starts(with: ["nomad", "jobs"]) ? ["job": parts[2]] : [:]
    }
}

extension NomadCluster {
    func variables(_ request: ServedRequest, _ first: String, _ rest: [String]) throws -> NomadReply {
        if first == "vars" {
            let prefix = request.query("prefix") ?? ""
            try permit(request, .variable("list", path: prefix))
            let found = variables.filter {
                inNamespace(request, $0.key.namespace) && $0.key.path.hasPrefix(prefix)
            }.sorted { $0.key.path < $1.key.path }
            return .read(
                .array(found.map { $0.value.json($0.key, hasItems: false) }), index(of: .variables))
        }
        let key = VariableKey(asked(request), rest.joined(separator: "/"))
        guard !key.path.isEmpty else { throw NomadTrouble(400, "missing variable path") }
        let verbs = ["GET": "read", "DELETE": "destroy"]
        try permit(request, .variable(verbs[request.method] ?? "write", path: key.path))
        let existing = variables[key]
        guard request.method != "GET" else {
            guard let existing else { return .missing("variable not found", index(of: .variables)) }
            return .read(existing.json(key, hasItems: true), existing.modifyIndex)
        }
        try checkMethod(request, "PUT", "POST", "DELETE")
        if let expected = request.query("cas").flatMap({ Int($0) }), expected != existing?.modifyIndex ?? 0 {
            // The refusal shows what is there.
            let there = existing?.json(key, hasItems: true) ?? .null
            return NomadReply(content: .text(409, there.compact), index: existing?.modifyIndex)
        }
        if request.method == "DELETE" {
            variables[key] = nil
            return NomadReply(content: .none(204), index: bump(.variables))
        }
        let items = try body(request)["Items"]?.fields ?? [:]
        guard !items.isEmpty else { throw NomadTrouble(400, "variable missing required Items object") }
        let bytes = items.reduce(0) { $0 + $1.key.utf8.count + ($1.value.text ?? "").utf8.count }
        guard bytes <= 65_536 else { throw NomadTrouble(400, "variables are limited to 64KiB in total size") }
        let index = bump(.variables)
        let written = Variable(
            items: items.compactMapValues(\.text), createIndex: existing?.createIndex ?? index, modifyIndex: index,
            createTime: existing?.createTime ?? now, modifyTime: now)
        variables[key] = written
        return .written(written.json(key, hasItems: true), index)
    }

    /// Native services: what running allocations offer with the provider `nomad`.
    func services(_ request: ServedRequest, _ first: String, _ rest: [String]) throws -> NomadReply {
        try permit(request, .read)
        let all = allocations.values.filter { inNamespace(request, $0.key.namespace) && $0.clientStatus == "running" }
            .sorted { $0.id < $1.id }.flatMap(registrations)
        if first == "service" {
            return .read(
                .array(all.filter { $0["ServiceName"]?.text == rest.first }), index(of: .allocations))
        }
        let names = Dictionary(grouping: all) { $0.string("ServiceName") }
        let services = names.keys.sorted().map { name -> JSONValue in
            let tags = Set((names[name] ?? []).flatMap { $0["Tags"]?.items ?? [] }.compactMap(\.text))
            return ["ServiceName": .string(name), "Tags": JSONValue.texts(tags.sorted())]
        }
        let list: JSONValue =
            services.isEmpty ? [] : [["Namespace": .string(asked(request)), "Services": .array(services)]]
        return .read(list, index(of: .allocations))
    }

    private func registrations(_ allocation: Allocation) -> [JSONValue] {
        let group = allocation.groupSpec
        let services = (group["Services"]?.items ?? []) + allocation.tasks.flatMap { $0["Services"]?.items ?? [] }
        return services.filter { $0.string("Provider") == "nomad" }.map { service in
            let label = service.string("PortLabel")
            let port = allocation.ports.first { $0.label == label }?.value ?? Int(label) ?? 0
            return [
                "ID": .string("_nomad-task-\(allocation.id)-\(service.string("Name"))"),
                "ServiceName": service["Name"] ?? "", "Namespace": .string(allocation.key.namespace),
                "NodeID": .string(nodeID), "Datacenter": "dc1", "JobID": .string(allocation.key.id),
                "AllocID": .string(allocation.id), "Tags": service["Tags"] ?? [],
                "Address": .string(allocation.address),
                "Port": .integer(port), "CreateIndex": .integer(allocation.createIndex),
                "ModifyIndex": .integer(allocation.modifyIndex),
            ]
        }
    }
}
