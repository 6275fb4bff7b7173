import NIOSSL

/// Who a server says it is, and whom it wants to see. All material is PEM.
package struct TLSIdentity: Sendable {
    package var certificate: [UInt8]
    package var key: [UInt8]
    /// The authority whose clients alone are let in; `nil` for everybody.
    package var clientAuthority: [UInt8]?

    package init(certificate: [UInt8], key: [UInt8], clientAuthority: [UInt8]? = nil) {
        self.certificate = certificate
        self.key = key
        self.clientAuthority = clientAuthority
    }

    func serverContext() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: key, format: .pem)))
        configuration.applicationProtocols = ["http/1.1"]
        if let clientAuthority {
            configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(clientAuthority))
            configuration.certificateVerification = .noHostnameVerification
        }
        return try NIOSSLContext(configuration: configuration)
    }
}
