/// What a token must be allowed for a request.
enum NeededCapability {
    /// As Nomad's policies name it; `nil` where it depends on more than the request's line.
    /// - Parameter call: method and path, such as `GET /v1/jobs`.
    static func name(for call: String) -> String? {
        let parts = call.split(separator: " ")
        guard parts.count >= 2 else { return nil }
        let isRead = parts[0] == "GET" || parts[0] == "HEAD"
        let path = parts[1].split(separator: "/").dropFirst()
        switch path.first {
        case "jobs", "validate": return namespace(isRead ? "list-jobs" : "submit-job")
        case "job" where path.last == "scale" && !isRead: return namespace("scale-job")
        case "job", "deployment", "deployments", "evaluation", "evaluations", "allocations":
            return namespace(isRead ? "read-job" : "submit-job")
        case "allocation": return namespace(isRead ? "read-job" : "alloc-lifecycle")
        case "client" where path.dropFirst().first == "fs":
            return namespace(path.contains("logs") ? "read-logs" : "read-fs")
        case "client" where path.last == "exec": return namespace("alloc-exec")
        case "client": return namespace(isRead ? "read-job" : "alloc-lifecycle")
        case "service", "services": return namespace("read-job")
        case "var": return "\(isRead ? "read" : "write") on the variable \(path.dropFirst().joined(separator: "/"))"
        case "vars": return "list on the namespace's variables"
        case "node", "nodes": return "node:read"
        case "agent": return "agent:read"
        case "namespace", "namespaces": return isRead ? "any capability in the namespace" : "a management token"
        default: return nil
        }
    }

    private static func namespace(_ capability: String) -> String { "the capability \(capability) in the namespace" }
}
