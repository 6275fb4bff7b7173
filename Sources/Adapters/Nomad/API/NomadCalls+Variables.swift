import APIClient
import FoundationEssentials
import JSONDocument

extension NomadCalls {
    /// A variable with its items; `nil` where there is none. Nomad 1.4 and newer.
    static func variable(_ path: String) -> APICall<NomadVariable?> {
        optional(APIRequest(.get, "/v1/var/\(Self.path(path))"))
    }

    /// The variables below a path, without their items.
    static func variables(prefix: String) -> APICall<[NomadVariable]> {
        list(APIRequest(.get, "/v1/vars", query: [QueryItem("prefix", prefix)]))
    }

    /// Writes all items of a variable.
    /// - Parameter index: the `ModifyIndex` that it must have, 0 for none to be there; the server answers with 409 when
    ///   it has another one.
    static func putVariable(_ path: String, items: [String: String], enforcing index: Int) -> APICall<NomadVariable> {
        APICall(
            APIRequest(
                .put, "/v1/var/\(Self.path(path))", query: [QueryItem("cas", String(index))],
                body: body(["Path": .string(path), "Items": .object(items.mapValues { .string($0) })])))
    }

    /// One that is gone already is fine.
    static func deleteVariable(_ path: String) -> APICall<Void> {
        APICall(APIRequest(.delete, "/v1/var/\(Self.path(path))"), expecting: [200, 204, 404])
    }
}
