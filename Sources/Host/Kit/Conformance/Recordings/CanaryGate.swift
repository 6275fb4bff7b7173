import Traffic

/// The last look before a recording is kept, and at every one that lies in the repository.
package enum CanaryGate {
    /// Which of the values that a recording was seeded with is in `text`, in whatever form; `nil` for none.
    package static func leak(of secrets: Secrets, in text: String) -> String? { secrets.leak(in: text) }

    /// Things that no fixture may hold, whoever made it: keys, tokens, passwords in addresses.
    package static func suspicion(in text: String) -> String? {
        let marks = [
            ("-----BEGIN RSA PRIVATE KEY", "a private key"), ("-----BEGIN PRIVATE KEY", "a private key"),
            ("-----BEGIN EC PRIVATE KEY", "a private key"), ("-----BEGIN OPENSSH PRIVATE", "a private key"),
            ("eyJhbGciOi", "a signed token"), ("c4nary", "a canary"), ("AKIA", "an access key"),
            ("ghp_", "a token"), ("glpat-", "a token"), ("xoxb-", "a token"),
        ]
        for (mark, name) in marks where text.contains(mark) { return name }
        // A password in an address: scheme://user:password@host
        var rest = Substring(text)
        while let start = rest.firstRange(of: "://") {
            rest = rest[start.upperBound...]
            let authority = rest.prefix { !"/\"' \n<>\\".contains($0) }
            if let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":"),
                authority.distance(from: colon, to: at) > 2, !authority[colon...].hasPrefix(":‹")
            {
                return "a password in an address"
            }
        }
        return nil
    }
}
