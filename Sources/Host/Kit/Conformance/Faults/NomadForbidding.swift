import JSONDocument
import Traffic

/// A Nomad that lets nobody submit jobs, and says so when it is asked for the token and its policy.
enum NomadForbidding {
    /// What is missing, as policies spell it.
    static let capability = "submit-job"

    /// `nil` for a request that it does not mind.
    static func answer(_ request: ServedRequest) -> Answer? {
        switch request.pathParts {
        case ["v1", "acl", "token", "self"]: return .json(200, token)
        case ["v1", "acl", "policies"]: return .json(200, [["Name": "kit", "Description": ""]])
        case ["v1", "acl", "policy", "kit"]:
            return .json(200, ["Name": "kit", "Description": "", "Rules": .string(rules)])
        default: return submits(request) ? .text(403, "Permission denied") : nil
        }
    }

    /// Whether a request is for the servers: the others are an agent's and its client's own.
    static func needsServer(_ request: ServedRequest) -> Bool {
        !["agent", "client"].contains(request.pathParts.dropFirst().first)
    }

    private static func submits(_ request: ServedRequest) -> Bool {
        guard request.method != "GET" else { return false }
        let parts = request.pathParts.dropFirst()
        return ["job", "jobs"].contains(parts.first) || (parts.first == "deployment" && parts.count > 2)
    }

    private static let token: JSONValue = [
        "AccessorID": "a0000000-0000-0000-0000-00000000000a", "SecretID": "", "Name": "kit", "Type": "client",
        "Policies": ["kit"], "Global": false, "CreateIndex": 5, "ModifyIndex": 5,
    ]

    private static let rules = """
        namespace "*" {
          capabilities = ["list-jobs", "read-job", "dispatch-job", "read-logs", "alloc-exec", "alloc-lifecycle"]
          variables {
            path "nomad/jobs/*" { capabilities = ["read", "write", "list", "destroy"] }
          }
        }
        node { policy = "read" }
        agent { policy = "read" }
        """
}
