import JSONDocument
import Traffic

/// Which question a path asks.
extension NomadCluster {
    func reply(_ request: ServedRequest) throws -> NomadReply {
        let parts = Array(request.pathParts.dropFirst())
        guard request.pathParts.first == "v1", let first = parts.first else { throw NomadTrouble(404, "") }
        let rest = Array(parts.dropFirst())
        switch first {
        case "status": return try status(rest)
        case "regions": return .plain(["global"])
        case "agent": return try agent(request, rest)
        case "acl": return try acl(request, rest)
        case "jobs" where rest.isEmpty: return try jobs(request)
        case "job" where !rest.isEmpty: return try job(request, rest)
        case "validate" where rest == ["job"]: return try validate(request)
        case "system" where rest.first == "gc": return NomadReply(content: .none(200))
        case "var", "vars":
            guard isAtLeast(1, 4) else { throw NomadTrouble(404, "") }
            return try variables(request, first, rest)
        case "service", "services":
            guard isAtLeast(1, 3) else { throw NomadTrouble(404, "") }
            return try services(request, first, rest)
        default: return try objects(request, first, rest)
        }
    }

    /// What is looked up by an id.
    private func objects(_ request: ServedRequest, _ kind: String, _ rest: [String]) throws -> NomadReply {
        switch kind {
        case "nodes" where rest.isEmpty:
            try permit(request, .node)
            return .read([nodeStub], index(of: .nodes))
        case "node" where !rest.isEmpty:
            try permit(request, .node)
            return try node(request, rest)
        case "namespaces" where rest.isEmpty:
            try permit(request, .anything)
            let all = namespaces.values.sorted { $0.string("Name") < $1.string("Name") }
            return .read(.array(all), index(of: .namespaces))
        case "namespace": return try namespace(request, rest)
        case "evaluations" where rest.isEmpty:
            try permit(request, .read)
            return .read(list(evaluations.values.filter(inNamespace(request)).map(\.json)), index(of: .evaluations))
        case "evaluation" where !rest.isEmpty: return try evaluation(request, rest)
        case "allocations" where rest.isEmpty:
            try permit(request, .read)
            let prefix = request.query("prefix") ?? ""
            let found = allocations.values.filter {
                inNamespace(request, $0.key.namespace) && $0.id.hasPrefix(prefix)
            }
            return .read(list(found.map(\.stub)), index(of: .allocations))
        case "allocation" where !rest.isEmpty: return try allocation(request, rest)
        case "deployments" where rest.isEmpty:
            try permit(request, .read)
            let found = deployments.values.filter { inNamespace(request, $0.key.namespace) }
            return .read(list(found.map(\.json)), index(of: .deployments))
        case "deployment" where !rest.isEmpty: return try deployment(request, rest)
        case "client" where rest.first == "allocation" && rest.count >= 3:
            return try client(request, rest[1], rest[2])
        default: throw NomadTrouble(404, "")
        }
    }

    // MARK: what all need

    /// In the order in which a server lists: by id.
    func list(_ documents: [JSONValue]) -> JSONValue {
        .array(documents.sorted { $0.string("ID") < $1.string("ID") })
    }

    /// The namespace that a request is about.
    func asked(_ request: ServedRequest) -> String { request.query("namespace") ?? "default" }

    func inNamespace(_ request: ServedRequest, _ namespace: String) -> Bool {
        let wanted = asked(request)
        return wanted == "*" || wanted == namespace
    }

    private func inNamespace(_ request: ServedRequest) -> (Evaluation) -> Bool {
        { self.inNamespace(request, $0.key.namespace) }
    }

    /// The body of a request.
    /// - Throws: in the words of Go's decoder, where the body is no JSON.
    func body(_ request: ServedRequest) throws -> JSONValue {
        if let document = try? JSONValue(parsing: request.body) { return document }
        let text = String(decoding: request.body, as: UTF8.self).drop(while: \.isWhitespace)
        guard let first = text.first else { throw NomadTrouble(400, "EOF") }
        let second = text.dropFirst().drop(while: \.isWhitespace).first
        if first == "{", let second, second != "\"" {
            throw NomadTrouble(
                400, "invalid character '\(second)' looking for beginning of object key string")
        }
        throw NomadTrouble(400, "invalid character '\(first)' looking for beginning of value")
    }

    /// Refuses what is no id.
    func checkID(_ id: String, _ kind: String) throws {
        guard id.utf8.count == 36 else {
            throw NomadTrouble(500, "\(kind) lookup failed: index error: UUID must be 36 characters")
        }
    }

    func checkMethod(_ request: ServedRequest, _ methods: String...) throws {
        guard methods.contains(request.method) else { throw NomadTrouble(405, "Invalid method") }
    }

    // MARK: the cluster itself

    private func status(_ rest: [String]) throws -> NomadReply {
        switch rest {
        case ["leader"]: return .plain("127.0.0.1:4647")
        case ["peers"]: return .plain(["127.0.0.1:4647"])
        default: throw NomadTrouble(404, "")
        }
    }

    private func namespace(_ request: ServedRequest, _ rest: [String]) throws -> NomadReply {
        let name = rest.first ?? ""
        switch request.method {
        case "GET":
            try permit(request, .anything)
            guard let found = namespaces[name] else { return .missing("Namespace not found", index(of: .namespaces)) }
            return .read(found, found.number("ModifyIndex"))
        case "DELETE":
            try permit(request, .management)
            guard namespaces[name] != nil else { throw NomadTrouble(500, "namespace not found") }
            guard !jobs.values.contains(where: { $0.key.namespace == name && $0.current.string("Status") != "dead" })
            else { throw NomadTrouble(500, "namespace \"\(name)\" has non-terminal jobs in regions: [global]") }
            namespaces[name] = nil
            return NomadReply(content: .none(200), index: bump(.namespaces))
        default:
            try permit(request, .management)
            let given = try body(request)
            let index = bump(.namespaces)
            namespaces[given["Name"]?.text ?? name] = Self.namespace(
                given["Name"]?.text ?? name, given.string("Description"), index)
            return NomadReply(content: .none(200), index: index)
        }
    }

    static func namespace(_ name: String, _ description: String, _ index: Int) -> JSONValue {
        [
            "Name": .string(name), "Description": .string(description), "Quota": "",
            "Hash": .string(Base64.encode(Array("hash of \(name)".utf8))), "CreateIndex": .integer(index),
            "ModifyIndex": .integer(index),
        ]
    }

    private func evaluation(_ request: ServedRequest, _ rest: [String]) throws -> NomadReply {
        try permit(request, .read)
        try checkID(rest[0], "eval")
        guard rest.count > 1 else {
            guard let found = evaluations[rest[0]] else {
                return .missing("eval not found", index(of: .evaluations))
            }
            return .read(found.json, found.modifyIndex)
        }
        guard rest[1] == "allocations" else { throw NomadTrouble(404, "") }
        let found = allocations.values.filter { $0.evaluation == rest[0] }
        return .read(list(found.map(\.stub)), index(of: .allocations))
    }

    private func node(_ request: ServedRequest, _ rest: [String]) throws -> NomadReply {
        try checkID(rest[0], "node")
        guard rest[0] == nodeID else { return .missing("node not found", index(of: .nodes)) }
        guard rest.count > 1 else { return .read(node, index(of: .nodes)) }
        guard rest[1] == "allocations" else { throw NomadTrouble(404, "") }
        return .read(list(allocations.values.map(\.json)), index(of: .allocations))
    }
}
