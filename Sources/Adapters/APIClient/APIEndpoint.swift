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

    package init(
        _ address: Address, tls: TLSSettings = .init(), headers: [HTTPHeader] = [],
        usesProxy: Bool = true
    ) {
        self.address = address
        self.tls = tls
        self.headers = headers
        self.usesProxy = usesProxy
    }

    /// The address as a message may show it.
    package var name: String {
        switch address {
        case .unixSocket(let path): "unix://" + path
        case .url(let url): Redaction.withoutUserInfo(url)
        }
    }
}

/// Trust in both directions. All material is PEM.
package struct TLSSettings: Sendable, Equatable {
    /// The only authorities to trust; `nil` for the system's.
    package var certificateAuthority: [UInt8]?
    package var clientCertificate: [UInt8]?
    package var clientKey: [UInt8]?
    /// Whether the server must prove who it is. Only for probes, which send nothing worth knowing.
    package var verifiesPeer: Bool

    package init(
        certificateAuthority: [UInt8]? = nil, clientCertificate: [UInt8]? = nil, clientKey: [UInt8]? = nil,
        verifiesPeer: Bool = true
    ) {
        self.verifiesPeer = verifiesPeer
        self.certificateAuthority = certificateAuthority
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
    }
}
