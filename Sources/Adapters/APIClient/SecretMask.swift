/// Takes the app's own secrets out of what is shown when a deploy fails.
///
/// Values of names that tell a secret go, and so do long values: short ones such as `production` stand in ordinary
/// words too often to be taken out.
package struct SecretMask: Sendable {
    /// Words that tell a secret in an app's config, beyond those that do anywhere: addresses have passwords in them.
    private static let addressWords = ["url", "dsn"]
    private static let shortest = 5
    private static let long = 16

    private let values: [String]

    /// - Parameter environment: `NAME=value` pairs.
    package init(_ environment: [String]) {
        values = environment.compactMap { pair in
            let name = String(pair.prefix { $0 != "=" })
            let value = String(pair.dropFirst(name.count + 1))
            let isTelling =
                Redaction.isSecret(name: name) || Self.addressWords.contains { name.lowercased().contains($0) }
            return value.count >= (isTelling ? Self.shortest : Self.long) ? value : nil
        }.sorted { $0.count > $1.count }
    }

    /// - Parameter config: an app's config.
    package init(config: [String: String]) { self.init(config.map { "\($0.key)=\($0.value)" }) }

    /// `text` with each of the values replaced.
    package func masked(_ text: String) -> String {
        values.reduce(text) { $0.split(separator: $1, omittingEmptySubsequences: false).joined(separator: "XXXXXX") }
    }
}
