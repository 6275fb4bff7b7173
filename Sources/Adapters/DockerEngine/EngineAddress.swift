import APIClient

/// Where `DOCKER_HOST` and its companions say that the engine is.
package struct EngineAddress: Sendable {
    package enum Problem: Error, Equatable {
        /// The scheme is none that can be used.
        case scheme(String)
        /// A socket's path is longer than the system allows.
        case longPath(String)
    }

    /// - Parameters:
    ///   - host: `unix://path`, `tcp://host:port`, `http(s)://host:port` or a bare path; `nil` for the usual socket.
    ///   - verifyTLS: what `DOCKER_TLS_VERIFY` says: any text but the empty one turns TLS on.
    ///   - certificateFolder: where `ca.pem`, `cert.pem` and `key.pem` are.
    ///   - readFile: reads one of them.
    package static func endpoint(
        host: String?, verifyTLS: Bool, certificateFolder: String?, readFile: (String) throws -> [UInt8]
    ) throws -> APIEndpoint {
        let host = host.flatMap { $0.isEmpty ? nil : $0 } ?? "unix:///var/run/docker.sock"
        if host.hasPrefix("/") { return try socket(host) }
        let parts = host.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].hasPrefix("//") else { throw Problem.scheme(host) }
        let rest = String(parts[1].dropFirst(2))
        switch parts[0] {
        case "unix":
            return try socket(rest)
        case "tcp", "http", "https":
            let isSecure = verifyTLS || parts[0] == "https"
            var tls = TLSSettings()
            if isSecure, let folder = certificateFolder {
                tls.certificateAuthority = try readFile(folder + "/ca.pem")
                tls.clientCertificate = try readFile(folder + "/cert.pem")
                tls.clientKey = try readFile(folder + "/key.pem")
            }
            let address = rest.hasSuffix("/") ? String(rest.dropLast()) : rest
            guard !address.isEmpty else { throw Problem.scheme(host) }
            return APIEndpoint(.url((isSecure ? "https://" : "http://") + address), tls: tls)
        default:
            throw Problem.scheme(host)
        }
    }

    private static func socket(_ path: String) throws -> APIEndpoint {
        // sun_path has 108 bytes, its end included.
        guard path.utf8.count < 108 else { throw Problem.longPath(path) }
        return APIEndpoint(.unixSocket(path))
    }
}
