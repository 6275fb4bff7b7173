import AdapterKit
import FoundationEssentials

/// The logins at registries that Docker's `config.json` holds: the app's own file if it has any, else the host's
/// (contract 5.6).
package struct RegistryLogins: Sendable, Equatable {
    /// What can be handed to a scheduler, by server.
    package private(set) var credentials: [RegistryCredential] = []
    private var helpers: Set<String> = []
    private var hasStore = false

    private static let dockerHub = ["https://index.docker.io/v1/", "index.docker.io", "docker.io"]

    /// - Throws: ``AdapterError`` when a file is no JSON; nothing of it is shown.
    package init(_ layout: DokkuLayout, _ app: AppName) throws {
        let own = layout.properties("registry", .app(app)) + "/config.json"
        if let document = try Self.document(own), document.auths?.isEmpty == false {
            self.init(document)
        } else {
            self.init(try layout.dockerConfig.flatMap { try Self.document($0) } ?? Document())
        }
    }

    private init(_ document: Document) {
        helpers = Set(document.credHelpers?.keys.map { $0 } ?? [])
        hasStore = document.credsStore?.isEmpty == false
        credentials = (document.auths ?? [:]).sorted { $0.key < $1.key }.compactMap { server, entry in
            entry.login.map { RegistryCredential(server: server, username: $0.user, password: $0.password) }
        }
    }

    /// Whether the only login for `image` is one that a credential helper would have to be asked for.
    package func needsHelper(for image: ImageReference) -> Bool {
        let servers =
            image.registry.map { [$0, "https://\($0)", "https://\($0)/v1/", "https://\($0)/v2/"] }
            ?? Self.dockerHub
        guard !credentials.contains(where: { servers.contains($0.server) }) else { return false }
        // Whoever names no registry means an image that is here more often than one of Docker Hub.
        return servers.contains { helpers.contains($0) } || (hasStore && image.registry != nil)
    }

    private static func document(_ path: String) throws -> Document? {
        guard let bytes = try StateFiles.read(path) else { return nil }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(bytes)) else {
            throw AdapterError(
                .invalidSettings, "\(path) is no configuration of Docker's", hint: "docker login REGISTRY")
        }
        return document
    }

    private struct Document: Decodable {
        struct Entry: Decodable {
            var auth: String?
            var username: String?
            var password: String?

            /// `nil` where a helper keeps the secret.
            var login: (user: String, password: String)? {
                if let username, let password, !username.isEmpty, !password.isEmpty { return (username, password) }
                guard let auth, let bytes = Data(base64Encoded: auth) else { return nil }
                let text = String(decoding: bytes, as: UTF8.self)
                guard let colon = text.firstIndex(of: ":") else { return nil }
                let password = text[text.index(after: colon)...]
                return colon == text.startIndex || password.isEmpty ? nil : (String(text[..<colon]), String(password))
            }
        }

        var auths: [String: Entry]?
        var credsStore: String?
        var credHelpers: [String: String]?
    }
}
