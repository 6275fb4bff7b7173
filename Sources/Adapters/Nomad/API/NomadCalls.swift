import APIClient
import FoundationEssentials
import JSONDocument

/// Nomad's HTTP API, one function an endpoint.
enum NomadCalls {
    /// `id` in a path: the ids of a periodic job's children have slashes in them.
    static func path(_ id: String) -> String {
        id.split(separator: "/", omittingEmptySubsequences: false).map { percentEncoded(String($0)) }
            .joined(separator: "/")
    }

    /// A body that is `document` as it is.
    static func body(_ document: JSONValue) -> APIRequest.Body {
        APIRequest.Body(bytes: Array(document.compact.utf8), contentType: "application/json")
    }

    /// `nil` where the server has no such thing.
    static func optional<Reply: Decodable & Sendable>(_ request: APIRequest, as: Reply.Type = Reply.self)
        -> APICall<Reply?>
    {
        APICall(request, expecting: [200, 404]) { response in
            response.status == 404 ? nil : try JSONDecoder().decode(Reply?.self, from: Data(response.body))
        }
    }

    /// What the server lists; Go writes `null` for an empty list now and then.
    static func list<Item: Decodable & Sendable>(_ request: APIRequest, as: Item.Type = Item.self) -> APICall<[Item]> {
        APICall(request, expecting: [200]) { response in
            try JSONDecoder().decode([Item]?.self, from: Data(response.body)) ?? []
        }
    }

    // MARK: the cluster

    /// What the agent says of itself. Needs `agent:read`.
    static var agent: APICall<AgentFacts> { APICall(APIRequest(.get, "/v1/agent/self")) }

    /// The leader's address; empty where there is none.
    static var leader: APICall<String> { APICall(APIRequest(.get, "/v1/status/leader")) }

    static var regions: APICall<[String]> { list(APIRequest(.get, "/v1/regions")) }

    /// Needs `node:read`.
    static var nodes: APICall<[NodeStub]> { list(APIRequest(.get, "/v1/nodes")) }

    /// Needs `node:read`.
    static func node(_ id: String) -> APICall<NodeFacts> { APICall(APIRequest(.get, "/v1/node/\(path(id))")) }

    // MARK: namespaces

    /// `nil` where there is none of that name.
    static func namespace(_ name: String) -> APICall<NamespaceFacts?> {
        optional(APIRequest(.get, "/v1/namespace/\(path(name))"))
    }

    /// Makes or changes a namespace. Needs a management token.
    static func putNamespace(_ name: String, description: String) -> APICall<Void> {
        APICall(
            APIRequest(
                .put, "/v1/namespace/\(path(name))",
                body: body(["Name": .string(name), "Description": .string(description)])), expecting: [200])
    }

    // MARK: evaluations

    static func evaluation(_ id: String) -> APICall<Evaluation?> {
        optional(APIRequest(.get, "/v1/evaluation/\(path(id))"))
    }

    // MARK: services

    /// The services of Nomad's own registry. Nomad 1.3 and newer.
    static var services: APICall<JSONValue> { APICall(APIRequest(.get, "/v1/services")) }

    // MARK: tokens

    /// The token that the request shows.
    static var ownToken: APICall<TokenFacts> { APICall(APIRequest(.get, "/v1/acl/token/self")) }

    /// A policy; the token's own may be read by everybody.
    static func policy(_ name: String) -> APICall<PolicyFacts?> {
        optional(APIRequest(.get, "/v1/acl/policy/\(path(name))"))
    }
}
