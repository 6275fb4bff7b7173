import JSONDocument
import Traffic

/// What a client asks about its own rights.
enum AccessReview {
    static func answer(_ request: ServedRequest, _ access: KubernetesAccess) throws -> Answer {
        guard let asked = try? JSONValue(parsing: request.body) else { throw APIProblem.badRequest("no JSON") }
        let attributes = asked.at("spec", "resourceAttributes")
        let group = attributes?["group"]?.text ?? ""
        var resource = attributes?["resource"]?.text ?? "*"
        if !group.isEmpty { resource += "." + group }
        if let subresource = attributes?["subresource"]?.text { resource += "/" + subresource }
        let isAllowed = access.allows(attributes?["verb"]?.text ?? "get", resource)
        var status: JSONValue = ["allowed": .bool(isAllowed)]
        if isAllowed { status["reason"] = "RBAC: allowed" }
        return .json(
            201,
            [
                "apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectAccessReview",
                "metadata": ["creationTimestamp": .null], "spec": asked["spec"] ?? [:], "status": status,
            ])
    }
}
