import APIClient
import Scenarios
import Traffic

/// How a server is reached, and what of it must not be written down.
public struct ServerConnection: Sendable {
    let endpoint: APIEndpoint
    let secrets: [String: String]

    /// - Parameters:
    ///   - address: an `http(s)` address or a socket's path.
    ///   - authority, certificate, key: PEM.
    ///   - login: `user:password`.
    ///   - token: for `Authorization: Bearer`.
    public init(
        _ address: String, authority: [UInt8]? = nil, certificate: [UInt8]? = nil, key: [UInt8]? = nil,
        login: String? = nil, token: String? = nil
    ) {
        var headers: [HTTPHeader] = []
        var secrets: [String: String] = [:]
        if let login {
            let encoded = Base64.encode(Array(login.utf8))
            secrets["login"] = encoded
            secrets["password"] = String(login.drop { $0 != ":" }.dropFirst())
            headers = [HTTPHeader("Authorization", "Basic " + encoded)]
        } else if let token {
            secrets["token"] = token
            headers = [HTTPHeader("Authorization", "Bearer " + token)]
        }
        let socket = address.hasPrefix("unix://") ? String(address.dropFirst(7)) : address
        endpoint = APIEndpoint(
            socket.hasPrefix("/") ? .unixSocket(socket) : .url(socket),
            tls: TLSSettings(certificateAuthority: authority, clientCertificate: certificate, clientKey: key),
            headers: headers, usesProxy: false)
        self.secrets = secrets
    }

    /// Records scenarios against the server, as files below `fixtures`.
    /// - Returns: a line for each, and whether all were recorded.
    public func record(
        _ names: [String], backend: String, product: String, version: String, fixtures: String, day: String
    ) async -> (lines: [String], isComplete: Bool) {
        let run = RecordingRun(
            backend: backend, endpoint: endpoint, scenarios: "\(fixtures)/scenarios/\(backend)",
            target: "\(fixtures)/\(backend)/\(version)", server: .init(product: product, version: version), day: day,
            secrets: secrets)
        var lines: [String] = []
        var isComplete = true
        for name in names {
            switch await run.record(name) {
            case .written: lines.append("\(name): written")
            case .unchanged: lines.append("\(name): unchanged")
            case .failed(let reason):
                isComplete = false
                lines.append(" !     \(name): \(reason)")
            }
        }
        return (lines, isComplete)
    }
}
