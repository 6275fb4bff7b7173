import JSONDocument
import Traffic

/// Takes a request to where it belongs.
struct RequestHandler: Sendable {
    let request: ServedRequest
    let configuration: KubernetesFake.Configuration
    let cluster: Cluster

    init(_ request: ServedRequest, _ configuration: KubernetesFake.Configuration, _ cluster: Cluster) {
        self.request = request
        self.configuration = configuration
        self.cluster = cluster
    }

    /// Which objects a path means.
    struct Target: Sendable {
        var kind: Kind
        var namespace: String
        var name: String?
        var subresource: String?

        var key: ObjectKey { ObjectKey(collection: kind.collection, namespace: namespace, name: name ?? "") }
        var resource: String { kind.collection + (subresource.map { "/" + $0 } ?? "") }
    }

    func answer() async -> Answer {
        do {
            let access = try self.access()
            if let answer = Discovery(configuration.minor).answer(request) { return answer }
            if request.path.hasSuffix("/selfsubjectaccessreviews"), request.method == "POST" {
                return try AccessReview.answer(request, access)
            }
            let target = try self.target()
            let verb = self.verb(target)
            try check(access, verb, target)
            if let subresource = target.subresource, let answer = try await self.answer(target, subresource) {
                return answer
            }
            return try await objects(target, verb)
        } catch let problem as APIProblem {
            return problem.answer
        } catch {
            return APIProblem(500, "InternalError", "\(error)").answer
        }
    }

    // MARK: who asks

    private func access() throws(APIProblem) -> KubernetesAccess {
        guard let header = request.header("authorization"), header.hasPrefix("Bearer ") else {
            return configuration.withoutToken
        }
        guard let access = configuration.tokens[String(header.dropFirst(7))] else {
            throw APIProblem(401, "Unauthorized", "Unauthorized")
        }
        return access
    }

    private func check(_ access: KubernetesAccess, _ verb: String, _ target: Target) throws(APIProblem) {
        let resource = target.kind.plural + (target.subresource.map { "/" + $0 } ?? "")
        guard !access.allows(verb, target.resource) else { return }
        let name = target.name.map { " \"\($0)\"" } ?? ""
        let place = target.namespace.isEmpty ? "at the cluster scope" : "in the namespace \"\(target.namespace)\""
        var details = APIProblem.details(target.kind, target.name ?? "")
        details["kind"] = .string(target.kind.plural)
        throw APIProblem(
            403, "Forbidden",
            "\(target.kind.qualified)\(name) is forbidden: User \"\(access.user)\" cannot \(verb) resource "
                + "\"\(resource)\" in API group \"\(target.kind.group)\" \(place)", details: details)
    }

    private func verb(_ target: Target) -> String {
        switch request.method {
        case "POST": return "create"
        case "PUT": return "update"
        case "PATCH": return "patch"
        case "DELETE": return target.name == nil ? "deletecollection" : "delete"
        default:
            if request.flag("watch") { return "watch" }
            // An exec over a WebSocket begins with GET and is a create all the same for newer servers only.
            return target.name == nil ? "list" : "get"
        }
    }

    // MARK: what is asked for

    private func target() throws(APIProblem) -> Target {
        var parts = request.pathParts[...]
        let group: String
        switch parts.popFirst() {
        case "api": group = ""
        case "apis": group = parts.popFirst() ?? ""
        default: throw .noSuchResource
        }
        guard let version = parts.popFirst() else { throw .noSuchResource }
        var namespace = ""
        if parts.first == "namespaces", parts.count > 2 {
            namespace = parts[parts.startIndex + 1]
            parts = parts.dropFirst(2)
        }
        guard let plural = parts.popFirst(),
            let kind = Kind.served(by: configuration.minor).first(where: {
                $0.group == group && $0.version == version && $0.plural == plural
            })
        else { throw .noSuchResource }
        let name = parts.popFirst()
        let subresource = parts.popFirst()
        if let subresource, !kind.subresources.contains(subresource) { throw .noSuchResource }
        return Target(kind: kind, namespace: namespace, name: name, subresource: subresource)
    }

    // MARK: subresources

    private func answer(_ target: Target, _ subresource: String) async throws -> Answer? {
        switch (target.kind.name, subresource) {
        case ("Pod", "log"): return try await PodLog(request, target, cluster).answer()
        case ("Pod", "proxy"): return try await PodProxy(request, target, cluster).answer()
        case ("Pod", "attach"): return try await PodAttach(request, target, cluster).answer()
        case ("Pod", "exec"): return try await PodExec(request, target, cluster).answer()
        case (_, "scale"): return try await Scale(request, target, cluster).answer()
        case ("ServiceAccount", "token"):
            let user = "system:serviceaccount:\(target.namespace):\(target.name ?? "")"
            let token = configuration.tokens.first { $0.value.user == user }?.key ?? "a-token-that-nobody-knows"
            return .json(
                201,
                [
                    "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                    "metadata": ["creationTimestamp": .null],
                    "spec": [
                        "audiences": ["https://kubernetes.default.svc"], "expirationSeconds": 3_600,
                        "boundObjectRef": .null,
                    ], "status": ["token": .string(token), "expirationTimestamp": cluster.calendar.now],
                ])
        default: return nil
        }
    }

    // MARK: objects

    private func objects(_ target: Target, _ verb: String) async throws -> Answer {
        switch verb {
        case "get":
            return .json(200, try await cluster.read(target))
        case "list":
            return .json(200, await cluster.list(target, try selection(target.kind)))
        case "watch":
            return try await Watch(target, try selection(target.kind), request, cluster).answer()
        case "create":
            guard target.name == nil else { throw notAllowed }
            let object = try body(target.kind)
            return .json(201, try await cluster.create(object, target, by: manager, isDry: isDry))
        case "update":
            return .json(200, try await cluster.replace(try body(target.kind), target, by: manager, isDry: isDry))
        case "patch":
            return try await patch(target)
        case "delete":
            return .json(200, try await cluster.delete(target, try options(target.kind)))
        default:
            return .json(200, await cluster.deleteAll(target, try selection(target.kind), try options(target.kind)))
        }
    }

    private var notAllowed: APIProblem {
        APIProblem(
            405, "MethodNotAllowed", "the server does not allow this method on the requested resource", details: [:])
    }

    var isDry: Bool { request.query("dryRun") == "All" }

    var manager: String {
        request.query("fieldManager") ?? String((request.header("user-agent") ?? "unknown").prefix { $0 != "/" })
    }

    func selection(_ kind: Kind) throws(APIProblem) -> Selection {
        Selection(
            labels: try LabelSelector(request.query("labelSelector") ?? ""),
            fields: try FieldSelector(request.query("fieldSelector") ?? "", kind))
    }

    private func patch(_ target: Target) async throws -> Answer {
        let type = String((request.header("content-type") ?? "").prefix { $0 != ";" })
        let known = [
            "application/json-patch+json", "application/merge-patch+json", "application/strategic-merge-patch+json",
            "application/apply-patch+yaml",
        ]
        guard known.contains(type) else {
            throw APIProblem(
                415, "UnsupportedMediaType",
                "the body of the request was in an unknown format - accepted media types include: "
                    + known.joined(separator: ", "), details: [:])
        }
        if type == "application/apply-patch+yaml" {
            guard request.query("fieldManager") != nil else {
                throw APIProblem(
                    422, "Invalid",
                    "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for apply patch",
                    details: [
                        "group": "meta.k8s.io", "kind": "PatchOptions",
                        "causes": [
                            [
                                "field": "fieldManager", "reason": "FieldValueRequired",
                                "message": "Required value: is required for apply patch",
                            ]
                        ],
                    ])
            }
            let (object, isNew) = try await cluster.apply(
                try body(target.kind), target, by: manager, force: request.flag("force"), isDry: isDry)
            return .json(isNew ? 201 : 200, object)
        }
        let patch = try document()
        let changed = try await cluster.change(target, by: manager, isDry: isDry) { object throws(APIProblem) in
            switch type {
            case "application/json-patch+json": try Patches.json(object, patch)
            case "application/merge-patch+json": Patches.merge(object, patch)
            default: Patches.strategic(object, patch)
            }
        }
        return .json(200, changed)
    }

    func document() throws(APIProblem) -> JSONValue {
        guard let document = try? JSONValue(parsing: request.body) else {
            throw .badRequest(
                "the object provided is unrecognized (must be of type Status): couldn't get version/kind; json parse error"
            )
        }
        return document
    }

    private func body(_ kind: Kind) throws(APIProblem) -> JSONValue {
        var object = try document()
        guard object.fields != nil else { throw .badRequest("the body is no object") }
        if let version = object["apiVersion"]?.text, version != kind.apiVersion {
            throw .badRequest(
                "the API version in the data (\(version)) does not match the expected API version (\(kind.apiVersion))")
        }
        object["apiVersion"] = .string(kind.apiVersion)
        object["kind"] = .string(kind.name)
        return object
    }

    private func options(_ kind: Kind) throws(APIProblem) -> DeleteOptions {
        var options = DeleteOptions()
        let body = request.body.isEmpty ? .object([:]) : try document()
        // Jobs and cron jobs are older than the rule that parts go with the whole.
        let usual = kind.group == "batch" ? "Orphan" : "Background"
        options.propagation = request.query("propagationPolicy") ?? body["propagationPolicy"]?.text ?? usual
        options.grace = request.query("gracePeriodSeconds").flatMap { Int($0) } ?? body["gracePeriodSeconds"]?.whole
        options.uid = body.at("preconditions", "uid")?.text
        options.version = body.at("preconditions", "resourceVersion")?.text
        return options
    }
}

/// Which objects of a kind are meant.
struct Selection: Sendable {
    var labels: LabelSelector
    var fields: FieldSelector

    func matches(_ object: JSONValue) -> Bool { labels.matches(object.labels) && fields.matches(object) }
}

/// How to delete.
struct DeleteOptions: Sendable {
    var propagation = "Background"
    var grace: Int?
    var uid: String?
    var version: String?
}
