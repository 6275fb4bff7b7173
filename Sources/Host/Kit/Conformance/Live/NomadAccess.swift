import APIClient
import Foundation

/// A real Nomad as a command line and the `NOMAD_*` variables name it: `nomad:ADDRESS` or `nomad:ADDRESS#NAMESPACE`.
struct NomadAccess {
    let endpoint: APIEndpoint
    /// Where cases are to play; `nil` for a namespace for each.
    let namespace: String?
    let token: String

    /// - Throws: ``Broken`` when it names no server, or a file that is not there.
    init(_ address: String, variables: [String: String]) throws {
        guard address.hasPrefix("nomad:") else {
            throw Broken(
                "'\(address)' names no server: nomad:http://HOST:4646 or nomad:http://HOST:4646#NAMESPACE does")
        }
        let parts = address.dropFirst("nomad:".count).split(separator: "#", maxSplits: 1).map(String.init)
        func file(_ variable: String) throws -> [UInt8]? {
            guard let path = variables[variable], !path.isEmpty else { return nil }
            guard let bytes = FileManager.default.contents(atPath: path) else {
                throw Broken("\(variable) names \(path), and there is no such file")
            }
            return Array(bytes)
        }
        let given = parts.first ?? ""
        let server: APIEndpoint.Address =
            given.hasPrefix("unix://")
            ? .unixSocket(String(given.dropFirst("unix://".count)))
            : .url((given.contains("://") ? "" : "http://") + given.trimmingCharacters(in: ["/"]))
        namespace = parts.count > 1 ? parts[1] : nil
        token = variables["NOMAD_TOKEN"] ?? ""
        endpoint = APIEndpoint(
            server,
            tls: TLSSettings(
                certificateAuthority: try file("NOMAD_CACERT"), clientCertificate: try file("NOMAD_CLIENT_CERT"),
                clientKey: try file("NOMAD_CLIENT_KEY"),
                verifiesPeer: !["1", "true"].contains(variables["NOMAD_SKIP_VERIFY"] ?? ""),
                serverName: variables["NOMAD_TLS_SERVER_NAME"]),
            headers: token.isEmpty ? [] : [HTTPHeader("X-Nomad-Token", token)], usesProxy: false)
    }
}
