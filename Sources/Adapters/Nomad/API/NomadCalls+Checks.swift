import APIClient
import FoundationEssentials

/// What a native service check last found. Nomad 1.4 and newer.
struct CheckResult: Sendable, Equatable, Decodable {
    var Service: String?
    var Check: String?
    /// `success`, `failure` or `pending`.
    var Status: String
    /// Of an HTTP check's answer.
    var StatusCode: Int?
    /// What was answered, or why nothing was.
    var Output: String?
}

extension NomadCalls {
    /// The native checks of an allocation, by their ids.
    static func checks(of allocation: String) -> APICall<[String: CheckResult]> {
        APICall(APIRequest(.get, "/v1/client/allocation/\(path(allocation))/checks"), expecting: [200]) { response in
            try JSONDecoder().decode([String: CheckResult]?.self, from: Data(response.body)) ?? [:]
        }
    }
}
