import JSONDocument
import Traffic

/// Tokens and policies.
struct NomadAccess: Sendable {
    /// What a request wants to do.
    enum Need: Equatable {
        case anything, node, agent, management
        /// One of these capabilities in the namespace.
        case capability([String])
        /// What is to be done with a variable: `read`, `list`, `write` or `destroy`.
        case variable(String, path: String)

        static let list = capability(["list-jobs"])
        static let read = capability(["read-job"])
        static let write = capability(["submit-job"])
        static let scale = capability(["scale-job", "submit-job"])
        static let dispatch = capability(["dispatch-job"])
        static let force = capability(["dispatch-job", "submit-job"])
        static let lifecycle = capability(["alloc-lifecycle"])
        static let logs = capability(["read-logs", "read-fs"])
        static let exec = capability(["alloc-exec"])
    }

    struct Token: Sendable {
        var secret: String
        var document: JSONValue
        var isManagement: Bool
        var policies: [String]
    }

    private(set) var tokens: [String: Token] = [:]
    /// The rules of each policy, as text.
    var policies: [String: String] = [:]
    private(set) var isBootstrapped = false
    private(set) var resetIndex = 0

    mutating func bootstrap(secret: String) {
        isBootstrapped = true
        let document: JSONValue = [
            "AccessorID": "a0000000-0000-0000-0000-00000000000f", "SecretID": .string(secret),
            "Name": "Bootstrap Token", "Type": "management", "Policies": .null, "Global": true, "CreateIndex": 1,
            "ModifyIndex": 1,
        ]
        tokens[secret] = Token(secret: secret, document: document, isManagement: true, policies: [])
    }

    mutating func bootstrap(_ token: Token, index: Int) {
        isBootstrapped = true
        resetIndex = index
        tokens[token.secret] = token
    }

    /// A client token with a policy of its own.
    mutating func add(secret: String, rules: String) {
        let name = "policy-\(policies.count + 1)"
        policies[name] = rules
        let document: JSONValue = [
            "AccessorID": "a0000000-0000-0000-0000-00000000000a", "SecretID": .string(secret), "Name": .string(name),
            "Type": "client", "Policies": [.string(name)], "Global": false, "CreateIndex": 1, "ModifyIndex": 1,
        ]
        add(Token(secret: secret, document: document, isManagement: false, policies: [name]))
    }

    mutating func add(_ token: Token) { tokens[token.secret] = token }

    /// Whether `token` may do what is needed in `namespace`.
    func allows(_ token: Token, _ need: Need, _ namespace: String) -> Bool {
        if token.isManagement || need == .anything { return true }
        let rules = token.policies.compactMap { policies[$0] }
        return rules.contains { Self.allows(rules: $0, need, namespace) }
    }

    /// What `policy` of a namespace stands for.
    private static let shorthands: [String: Set<String>] = {
        let read: Set = ["list-jobs", "parse-job", "read-job", "read-job-scaling"]
        let scale: Set = ["read-job", "read-job-scaling", "scale-job"]
        let write = read.union([
            "scale-job", "submit-job", "dispatch-job", "read-logs", "read-fs", "alloc-exec", "alloc-lifecycle",
        ])
        return ["read": read, "scale": scale, "write": write]
    }()

    /// Reads as much of a policy's text as decides: blocks, their `policy` and their `capabilities`.
    private static func allows(rules: String, _ need: Need, _ namespace: String) -> Bool {
        PolicyBlock.all(rules).contains { block in
            switch need {
            case .anything: return true
            case .management: return false
            case .node: return block.kind == "node" && ["read", "write"].contains(block.policy)
            case .agent: return block.kind == "agent" && ["read", "write"].contains(block.policy)
            case .capability(let wanted):
                guard block.kind == "namespace", matches(block.name, namespace) else { return false }
                return !block.capabilities.union(shorthands[block.policy] ?? []).isDisjoint(with: wanted)
            case .variable(let verb, let path):
                guard block.kind == "namespace", matches(block.name, namespace) else { return false }
                // The shorthands say nothing of variables.
                return block.inner.filter { $0.kind == "variables" }.flatMap(\.inner).contains {
                    $0.kind == "path" && matches($0.name, path) && $0.capabilities.contains(verb)
                }
            }
        }
    }

    private static func matches(_ pattern: String, _ name: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : pattern == name
    }
}

extension NomadCluster {
    /// Lets a request pass, or not.
    func permit(_ request: ServedRequest, _ need: NomadAccess.Need, in namespace: String? = nil) throws {
        guard setup.hasACL else { return }
        guard let secret = request.header("X-Nomad-Token"), !secret.isEmpty else {
            throw NomadTrouble.permissionDenied
        }
        guard secret.utf8.count == 36 else {
            throw NomadTrouble(500, "acl token lookup failed: index error: UUID must be 36 characters")
        }
        guard let token = access.tokens[secret] else { throw NomadTrouble(403, "ACL token not found") }
        guard access.allows(token, need, namespace ?? asked(request)) else { throw NomadTrouble.permissionDenied }
    }

    func acl(_ request: ServedRequest, _ rest: [String]) throws -> NomadReply {
        guard setup.hasACL else { throw NomadTrouble(400, "ACL support disabled") }
        switch rest.first {
        case "bootstrap":
            try checkMethod(request, "PUT", "POST")
            guard !access.isBootstrapped else {
                throw NomadTrouble(400, "ACL bootstrap already done (reset index: \(access.resetIndex))")
            }
            let index = bump()
            let token = token("Bootstrap Token", isManagement: true, [], isGlobal: true, index)
            access.bootstrap(token, index: index)
            return .written(token.document, index)
        case "policies" where rest.count == 1:
            try permit(request, .anything)
            let own = access.policies.keys.filter { isHeld($0, request) }.sorted()
            return .read(.array(own.map { ["Name": .string($0), "Description": ""] }), 1)
        case "policy" where rest.count == 2 && request.method == "GET":
            try permit(request, .anything)
            guard isHeld(rest[1], request) else { throw NomadTrouble.permissionDenied }
            guard let rules = access.policies[rest[1]] else { return .missing("ACL policy not found", 1) }
            return .read(["Name": .string(rest[1]), "Description": "", "Rules": .string(rules)], 1)
        case "policy" where rest.count == 2:
            try permit(request, .management)
            access.policies[rest[1]] = try body(request).string("Rules")
            return NomadReply(content: .none(200), index: bump())
        case "token" where rest == ["token", "self"]:
            try permit(request, .anything)
            let secret = request.header("X-Nomad-Token") ?? ""
            let document = access.tokens[secret]?.document ?? [:]
            return .read(document, document.number("ModifyIndex"))
        case "token" where rest.count == 1:
            try permit(request, .management)
            let given = try body(request)
            let index = bump()
            let made = token(
                given.string("Name"), isManagement: given.string("Type") == "management",
                (given["Policies"]?.items ?? []).compactMap(\.text), isGlobal: given["Global"]?.flag ?? false, index)
            access.add(made)
            return .written(made.document, index)
        default: throw NomadTrouble(404, "")
        }
    }

    /// Whether who asks has the policy, or may see all.
    private func isHeld(_ policy: String, _ request: ServedRequest) -> Bool {
        guard let token = access.tokens[request.header("X-Nomad-Token") ?? ""] else { return false }
        return token.isManagement || token.policies.contains(policy)
    }

    private func token(_ name: String, isManagement: Bool, _ policies: [String], isGlobal: Bool, _ index: Int)
        -> NomadAccess.Token
    {
        let secret = newID()
        return NomadAccess.Token(
            secret: secret,
            document: [
                "AccessorID": .string(newID()), "SecretID": .string(secret), "Name": .string(name),
                "Type": isManagement ? "management" : "client",
                "Policies": policies.isEmpty ? .null : JSONValue.texts(policies), "Global": .bool(isGlobal),
                "Hash": .string(Base64.encode(Array("hash of \(name)".utf8))), "CreateTime": Self.time(now),
                "CreateIndex": .integer(index), "ModifyIndex": .integer(index),
            ], isManagement: isManagement, policies: policies)
    }
}
