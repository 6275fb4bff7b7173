/// Where a server is and how to be trusted by it.
package struct APIEndpoint: Sendable, Equatable {
    package enum Address: Sendable, Equatable {
        /// A unix socket's path.
        case unixSocket(String)
        /// `http://host:port` or `https://host:port`, without a trailing slash.
        case url(String)
    }

    package var address: Address
    package var tls: TLSSettings
    /// Sent with every request, such as an authorization; never logged.
    package var headers: [HTTPHeader]
    /// Whether `http_proxy` and its kin apply. Never for unix sockets.
    package var usesProxy: Bool
    /// A proxy for all requests, whatever the variables say: `http`, `https`, `socks5` or `socks5h`. May hold a password.
    package var proxy: String?

    package init(
        _ address: Address, tls: TLSSettings = .init(), headers: [HTTPHeader] = [],
        usesProxy: Bool = true, proxy: String? = nil
    ) {
        self.address = address
        self.tls = tls
        self.headers = headers
        self.usesProxy = usesProxy
        self.proxy = proxy
    }

    /// The address as a message may show it.
    package var name: String {
        switch address {
        case .unixSocket(let path): "unix://" + path
        case .url(let url): Redaction.withoutUserInfo(url)
        }
    }

    /// Host and port as they stand in the address; `localhost` for sockets.
    var authority: String {
        switch address {
        case .unixSocket: "localhost"
        case .url(let url): String(url.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" })
        }
    }
}

/// Trust in both directions. All material is PEM.
package struct TLSSettings: Sendable, Equatable {
    /// The only authorities to trust; `nil` for the system's.
    package var certificateAuthority: [UInt8]?
    package var clientCertificate: [UInt8]?
    package var clientKey: [UInt8]?
    /// Whether the server must prove who it is.
    package var verifiesPeer: Bool
    /// The name that is asked for and that the server's certificate must have; the address's own when `nil`.
    package var serverName: String?

    package init(
        certificateAuthority: [UInt8]? = nil, clientCertificate: [UInt8]? = nil, clientKey: [UInt8]? = nil,
        verifiesPeer: Bool = true, serverName: String? = nil
    ) {
        self.serverName = serverName
        self.verifiesPeer = verifiesPeer
        self.certificateAuthority = certificateAuthority
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }
}
