import JSONDocument
import Traffic

/// Tokens and policies.
struct NomadAccess: Sendable {
    /// What a request wants to do.
    enum Need { case anything, read, write, logs, exec, variables, node, agent, management }

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
        tokens[secret] = Token(secret: secret, document: [:], isManagement: true, policies: [])
    }

    mutating func bootstrap(_ token: Token, index: Int) {
        isBootstrapped = true
        resetIndex = index
        tokens[token.secret] = token
    }

    mutating func add(_ token: Token) { tokens[token.secret] = token }

    /// Whether `token` may do what is needed in `namespace`.
    func allows(_ token: Token, _ need: Need, _ namespace: String) -> Bool {
        if token.isManagement || need == .anything { return true }
        let rules = token.policies.compactMap { policies[$0] }
        return rules.contains { Self.allows(rules: $0, need, namespace) }
    }

    /// Reads as much of a policy's text as decides: blocks, their `policy` and their `capabilities`.
    private static func allows(rules: String, _ need: Need, _ namespace: String) -> Bool {
        blocks(rules).contains { kind, name, body in
            let words = body.split { !$0.isLetter && $0 != "-" }.map(String.init)
            let policy = words.firstIndex(of: "policy").flatMap { $0 + 1 < words.count ? words[$0 + 1] : nil } ?? ""
            func can(_ capability: String, _ policies: String...) -> Bool {
                words.contains(capability) || policies.contains(policy)
            }
            switch need {
            case .node: return kind == "node" && ["read", "write"].contains(policy)
            case .agent: return kind == "agent" && ["read", "write"].contains(policy)
            case .anything: return true
            case .management: return false
            default: break
            }
            guard kind == "namespace", matches(name, namespace) else { return false }
            switch need {
            case .read: return can("read-job", "read", "write", "scale") || words.contains("list-jobs")
            case .write: return can("submit-job", "write")
            case .logs: return can("read-logs", "write")
            case .exec: return can("alloc-exec", "write")
            case .variables: return words.contains("variables") || policy == "write"
            default: return false
            }
        }
    }

    private static func matches(_ pattern: String, _ name: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : pattern == name
    }

    /// `kind "name" { body }`, as often as it stands there.
    private static func blocks(_ rules: String) -> [(kind: String, name: String, body: String)] {
        var blocks: [(kind: String, name: String, body: String)] = []
        var head = ""
        var body = ""
        var depth = 0
        for character in rules {
            switch character {
            case "{":
                if depth > 0 { body.append(" ") }
                depth += 1
            case "}":
                depth -= 1
                guard depth == 0 else { continue }
                let parts = head.split(separator: "\"", omittingEmptySubsequences: false)
                let kind = parts.first.map(String.init) ?? ""
                blocks.append(
                    (kind.filter(\.isLetter), parts.count > 1 ? String(parts[1]) : "", body))
                (head, body) = ("", "")
            default:
                if depth == 0 { head.append(character) } else { body.append(character) }
            }
        }
        return blocks
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
        case "policy" where rest.count == 2:
            try permit(request, .management)
            guard request.method != "GET" else {
                guard let rules = access.policies[rest[1]] else { return .missing("ACL policy not found", 1) }
                return .read(["Name": .string(rest[1]), "Rules": .string(rules)], 1)
            }
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
