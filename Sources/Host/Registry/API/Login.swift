import FoundationEssentials

/// Who we are at a registry. Holds a secret, so it has no description.
package struct Login: Sendable, Equatable {
    /// What some helpers give in place of a user: the password is a token that is good for tokens.
    private static let tokenUser = "<token>"

    package var username: String
    package var password: String

    package init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    package var isIdentityToken: Bool { username == Self.tokenUser }

    /// As a message may show it.
    package var shownUser: String { isIdentityToken ? "the token's owner" : username }

    var basic: String { "Basic " + Data("\(username):\(password)".utf8).base64EncodedString() }
}
