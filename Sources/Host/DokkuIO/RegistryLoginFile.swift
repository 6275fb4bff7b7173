import AdapterKit
import FoundationEssentials
import JSONDocument

/// A file in the form of Docker's `config.json`, changed: one login comes or goes, all else stays as it was. Readable
/// for its owner alone.
package struct RegistryLoginFile: Sendable {
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// Whether there is such a file.
    package var exists: Bool { StateFiles.exists(path) }

    package func set(_ credential: RegistryCredential) throws {
        let auth = Data("\(credential.username):\(credential.password)".utf8).base64EncodedString()
        try change { auths in auths[credential.server] = .object(["auth": .string(auth)]) }
    }

    /// Notes that a credential helper keeps the login.
    package func noteHelper(for server: String) throws { try change { $0[server] = .object([:]) } }

    /// Removes what is held under any of `servers`.
    package func remove(_ servers: [String]) throws {
        guard exists else { return }
        try change { auths in for server in servers { auths[server] = nil } }
    }

    private func change(_ body: (inout [String: JSONValue]) -> Void) throws {
        var document: [String: JSONValue] = [:]
        if let bytes = try StateFiles.read(path), !bytes.isEmpty {
            guard case .object(let fields) = try? JSONValue(parsing: bytes) else {
                throw AdapterError(.invalidSettings, "\(path) is no configuration of Docker's")
            }
            document = fields
        }
        var auths: [String: JSONValue] = [:]
        if case .object(let fields) = document["auths"] { auths = fields }
        body(&auths)
        document["auths"] = .object(auths)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try StateFiles.write(encoder.encode(JSONValue.object(document)), to: path)
    }
}
