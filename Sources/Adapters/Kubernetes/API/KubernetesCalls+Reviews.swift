import APIClient
import JSONDocument

/// What a server is asked about itself and about us.
extension KubernetesCalls {
    /// `GET /version`, its answer's head included.
    static let versionRequest = APIRequest(.get, "/version")

    /// What a server says of its release.
    struct ServerVersion: Decodable, Sendable {
        var gitVersion: String
        var minor: String

        /// Providers write `27+`.
        var minorNumber: Int? { Int(minor.prefix { $0.isNumber }) }
    }

    /// Whether we may do `verb` with `resource`, which may name a subresource.
    static func mayI(_ verb: String, _ resource: String, group: String, in namespace: String?) -> APICall<Bool> {
        struct Reply: Decodable {
            struct Status: Decodable { var allowed: Bool }
            var status: Status
        }
        let parts = resource.split(separator: "/", maxSplits: 1).map { JSONValue.string(String($0)) }
        var attributes: [String: JSONValue] = [
            "verb": .string(verb), "group": .string(group), "resource": parts[0],
        ]
        if let namespace { attributes["namespace"] = .string(namespace) }
        if parts.count > 1 { attributes["subresource"] = parts[1] }
        let kind = ResourceKind.accessReview
        let review: JSONValue = [
            "apiVersion": .string(kind.apiVersion), "kind": .string(kind.kind),
            "spec": ["resourceAttributes": .object(attributes)],
        ]
        let call = APICall<Reply>(question(review, at: kind.path(in: nil)), expecting: [200, 201])
        return APICall(call.request, expecting: call.expected) { try call.decode($0).status.allowed }
    }

    /// Who the server takes us for; `nil` where it cannot be asked (before 1.27).
    static func whoAmI(_ served: ServedVersions) -> APICall<String>? {
        struct Reply: Decodable {
            struct Status: Decodable { var userInfo: UserInfo }
            struct UserInfo: Decodable { var username: String }
            var status: Status
        }
        let versions = ["v1", "v1beta1"].map { "authentication.k8s.io/\($0)" }
        // A server that serves `v1` may be too old for this kind, and then says 404, or 403 to those with few rights.
        guard let version = versions.first(where: { served.served.contains($0) }) else { return nil }
        let review: JSONValue = ["apiVersion": .string(version), "kind": "SelfSubjectReview"]
        let call = APICall<Reply>(
            question(review, at: "/apis/\(version)/selfsubjectreviews"), expecting: [200, 201])
        return APICall(call.request, expecting: call.expected) { try call.decode($0).status.userInfo.username }
    }

    /// A POST that changes nothing.
    private static func question(_ document: JSONValue, at path: String) -> APIRequest {
        APIRequest(
            .post, path, body: .init(bytes: Array(document.compact.utf8), contentType: "application/json"),
            isIdempotent: true)
    }
}
