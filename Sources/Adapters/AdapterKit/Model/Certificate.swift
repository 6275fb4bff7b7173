/// A certificate that the user imported (`certs:add`).
public struct Certificate: Codable, Sendable, Equatable {
    /// The certificate with its chain, PEM.
    public var chain: String
    /// Its private key, PEM. A secret.
    public var privateKey: String

    /// Makes a certificate; nothing is checked.
    public init(chain: String, privateKey: String) {
        self.chain = chain
        self.privateKey = privateKey
    }
}

/// A login at a registry.
public struct RegistryCredential: Codable, Sendable, Equatable {
    /// The registry as Docker's `config.json` names it, such as `ghcr.io`.
    public var server: String
    /// The user.
    public var username: String
    /// The password or token. A secret.
    public var password: String

    /// Makes a credential.
    public init(server: String, username: String, password: String) {
        self.server = server
        self.username = username
        self.password = password
    }

    /// What Docker's helpers give in place of a user where the password is a token that is good for tokens only.
    package static let tokenUser = "<token>"

    /// Whether a registry's token server takes it, and a node that pulls does not.
    package var isIdentityToken: Bool { username == Self.tokenUser }
}
