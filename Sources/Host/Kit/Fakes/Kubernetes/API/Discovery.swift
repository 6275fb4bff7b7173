import JSONDocument
import Traffic

/// What the server says of itself.
struct Discovery: Sendable {
    private let minor: Int
    private let kinds: [Kind]

    init(_ minor: Int) {
        self.minor = minor
        kinds = Kind.served(by: minor)
    }

    /// `nil` for a path that is none of discovery's.
    func answer(_ request: ServedRequest) -> Answer? {
        guard request.method == "GET" else { return nil }
        let parts = request.pathParts
        switch (parts.first, parts.count) {
        case ("version", 1): return .json(200, version)
        case ("readyz", _), ("healthz", _), ("livez", _): return .text(200, "ok")
        case ("api", 1):
            return .json(
                200,
                [
                    "kind": "APIVersions", "versions": ["v1"],
                    "serverAddressByClientCIDRs": [["clientCIDR": "0.0.0.0/0", "serverAddress": "127.0.0.1:6443"]],
                ])
        case ("api", 2): return resources("", parts[1])
        case ("apis", 1):
            return .json(
                200, ["apiVersion": "v1", "kind": "APIGroupList", "groups": .array(groups.map { group($0) })])
        case ("apis", 2):
            guard groups.contains(parts[1]) else { return notFound }
            var document = group(parts[1])
            document["apiVersion"] = "v1"
            document["kind"] = "APIGroup"
            return .json(200, document)
        case ("apis", 3): return resources(parts[1], parts[2])
        default: return nil
        }
    }

    /// The router's own word for a path that leads nowhere.
    private var notFound: Answer { .text(404, "404 page not found\n") }

    private var version: JSONValue {
        [
            "major": "1", "minor": .string(String(minor)), "gitVersion": .string("v1.\(minor).2"), "gitCommit": "fake",
            "gitTreeState": "clean", "buildDate": "2000-01-01T00:00:00Z", "goVersion": "go1.19", "compiler": "gc",
            "platform": "linux/amd64",
        ]
    }

    private var groups: [String] {
        kinds.map(\.group).filter { !$0.isEmpty }.reduce(into: ["authorization.k8s.io"]) {
            if !$0.contains($1) { $0.append($1) }
        }
    }

    private func group(_ name: String) -> JSONValue {
        let versions = kinds.filter { $0.group == name }.map(\.version).reduce(into: [String]()) {
            if !$0.contains($1) { $0.append($1) }
        }
        let all = (versions.isEmpty ? ["v1"] : versions).map { version -> JSONValue in
            ["groupVersion": .string("\(name)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(name), "versions": .array(all), "preferredVersion": all[0]]
    }

    private func resources(_ group: String, _ version: String) -> Answer {
        let served = kinds.filter { $0.group == group && $0.version == version }
        guard !served.isEmpty || (group, version) == ("authorization.k8s.io", "v1") else {
            return groups.contains(group) ? APIProblem.noSuchResource.answer : notFound
        }
        var document: JSONValue = [
            "kind": "APIResourceList", "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
            "resources": .array(served.flatMap { resources($0) }),
        ]
        if !group.isEmpty { document["apiVersion"] = "v1" }
        return .json(200, document)
    }

    private func resources(_ kind: Kind) -> [JSONValue] {
        var main: JSONValue = [
            "name": .string(kind.plural), "singularName": "", "namespaced": .bool(kind.isNamespaced),
            "kind": .string(kind.name), "storageVersionHash": .string(Base64.encode(Array(kind.plural.utf8.prefix(8)))),
            "verbs": ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"],
        ]
        if !kind.shortNames.isEmpty { main["shortNames"] = .array(kind.shortNames.map { .string($0) }) }
        if ["apps", "batch", "autoscaling"].contains(kind.group) || ["pods", "services"].contains(kind.plural) {
            main["categories"] = ["all"]
        }
        return [main]
            + kind.subresources.map { subresource in
                var document: JSONValue = [
                    "name": .string("\(kind.plural)/\(subresource)"), "singularName": "",
                    "namespaced": .bool(kind.isNamespaced), "kind": .string(kind.name),
                    "verbs": subresource == "exec" ? ["create", "get"] : ["get", "patch", "update"],
                ]
                switch subresource {
                case "scale": document.merge(["group": "autoscaling", "version": "v1", "kind": "Scale"])
                case "eviction": document.merge(["group": "policy", "version": "v1beta1", "kind": "Eviction"])
                case "token":
                    document.merge(["group": "authentication.k8s.io", "version": "v1", "kind": "TokenRequest"])
                case "exec": document["kind"] = "PodExecOptions"
                default: break
                }
                return document
            }
    }
}

extension JSONValue {
    fileprivate mutating func merge(_ fields: [String: JSONValue]) {
        for (key, value) in fields { self[key] = value }
    }
}
