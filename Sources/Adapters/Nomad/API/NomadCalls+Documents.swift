import APIClient
import JSONDocument

/// Objects as the server describes them, for people to look at.
extension NomadCalls {
    static func allocationDocuments(ofJob id: String) -> APICall<[JSONValue]> {
        list(APIRequest(.get, "/v1/job/\(path(id))/allocations"))
    }
}
