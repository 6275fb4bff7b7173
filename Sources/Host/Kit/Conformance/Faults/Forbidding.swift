import JSONDocument
import Traffic

/// A Kubernetes server that lets nobody near one resource, and says so when it is asked.
struct Forbidding: Sendable {
    /// As paths spell it, such as `secrets`.
    let resource: String

    /// `nil` for a request that it does not mind.
    func answer(_ request: ServedRequest, _ base: any Answering) async -> Answer? {
        if request.path.hasSuffix("accessreviews") { return await review(request, base) }
        guard let index = request.pathParts.firstIndex(of: resource) else { return nil }
        let verb =
            switch request.method {
            case "POST": "create"
            case "PUT": "update"
            case "PATCH": "patch"
            case "DELETE": "delete"
            default: request.flag("watch") ? "watch" : request.pathParts.count > index + 1 ? "get" : "list"
            }
        let name = request.pathParts.count > index + 1 ? " \"\(request.pathParts[index + 1])\"" : ""
        let message =
            "\(resource)\(name) is forbidden: User \"kit\" cannot \(verb) resource \"\(resource)\" in API group \"\""
            + (index > 1 ? " in the namespace \"\(request.pathParts[index - 1])\"" : " at the cluster scope")
        return .json(
            403,
            [
                "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "reason": "Forbidden",
                "code": 403, "message": .string(message), "details": ["kind": .string(resource)],
            ])
    }

    private func review(_ request: ServedRequest, _ base: any Answering) async -> Answer? {
        guard let asked = try? JSONValue(parsing: request.body) else { return nil }
        let wanted = asked.fields?["spec"]?["resourceAttributes"]?["resource"]?.text
        guard wanted == resource || wanted == "*" else { return nil }
        guard case .whole(let head, let body) = await base.answer(request), var answer = try? JSONValue(parsing: body)
        else { return nil }
        answer["status"] = ["allowed": false]
        return .whole(
            AnswerHead(head.status, head.headers.filter { $0.name.lowercased() != "content-length" }),
            body: Array((answer.compact + "\n").utf8))
    }
}
