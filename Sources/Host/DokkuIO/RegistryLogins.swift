import AdapterKit
import FoundationEssentials

/// The logins at registries that Docker's `config.json` holds: the app's own file if it has any, else the host's
/// (contract 5.6).
package struct RegistryLogins: Sendable, Equatable {
    /// The file beside `config.json` with logins that may only pull, which is what a scheduler is given then.
    package static let pullFile = "pull-config.json"

    /// What can be handed to a scheduler, by server: the login that may only pull where there is one.
    package private(set) var credentials: [RegistryCredential] = []
    /// What pushes are made with, by server.
    package private(set) var pushing: [RegistryCredential] = []
    private var helpers: [String: String] = [:]
    private var store: String?

    /// - Parameter app: `nil` for the host's own logins.
    /// - Throws: ``AdapterError`` when a file is no JSON; nothing of it is shown.
    package init(_ layout: DokkuLayout, _ app: AppName?) throws {
        if let own = try app.flatMap({ try Self.document(Self.file(layout, .app($0))) }), own.auths?.isEmpty == false {
            self.init(own)
        } else {
            self.init(try Self.file(layout, .global).flatMap { try Self.document($0) } ?? Document())
        }
        var pulling: [String: RegistryCredential] = [:]
        for scope in [PropertyScope.global] + (app.map { [.app($0)] } ?? []) {
            let document = try Self.document(Self.pullFile(layout, scope))
            for credential in document?.credentials ?? [] { pulling[credential.server] = credential }
        }
        credentials = pushing.filter { pulling[$0.server] == nil } + pulling.values
        // A token that is good for tokens is nothing that a node could pull with.
        credentials = credentials.filter { !$0.isIdentityToken }.sorted { $0.server < $1.server }
    }

    private init(_ document: Document) {
        helpers = document.credHelpers ?? [:]
        store = document.credsStore.flatMap { $0.isEmpty ? nil : $0 }
        pushing = document.credentials
    }

    /// Docker's `config.json`; `nil` where the host's is nobody's.
    package static func file(_ layout: DokkuLayout, _ scope: PropertyScope) -> String? {
        switch scope {
        case .app: layout.properties("registry", scope) + "/config.json"
        case .global: layout.dockerConfig
        }
    }

    package static func pullFile(_ layout: DokkuLayout, _ scope: PropertyScope) -> String {
        layout.properties("registry", scope) + "/" + pullFile
    }

    /// The login that the files hold for one of the names that a registry goes by.
    package func credential(for servers: [String]) -> RegistryCredential? {
        servers.lazy.compactMap { server in pushing.first { $0.server == server } }.first
    }

    /// The credential helper that keeps the login at a registry, and the name it knows the registry by. A helper of the
    /// registry's own comes before the store for all.
    package func helper(for servers: [String]) -> (helper: String, server: String)? {
        if let server = servers.first(where: { helpers[$0] != nil }), let helper = helpers[server] {
            return (helper, server)
        }
        guard let store, let server = servers.first else { return nil }
        return (store, server)
    }

    /// The names that a registry may go by in the files: Docker has had several.
    /// - Parameter server: `ghcr.io`, or what Docker Hub goes by.
    package static func names(of server: String) -> [String] {
        let hub = ["https://index.docker.io/v1/", "index.docker.io", "docker.io"]
        if hub.contains(server) { return hub }
        return [server, "https://\(server)", "https://\(server)/v1/", "https://\(server)/v2/"]
    }

    private static func document(_ path: String?) throws -> Document? {
        guard let path, let bytes = try StateFiles.read(path) else { return nil }
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
            var identitytoken: String?

            /// `nil` where a helper keeps the secret.
            var login: (user: String, password: String)? {
                if let identitytoken, !identitytoken.isEmpty { return (RegistryCredential.tokenUser, identitytoken) }
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

        var credentials: [RegistryCredential] {
            (auths ?? [:]).sorted { $0.key < $1.key }.compactMap { server, entry in
                entry.login.map { RegistryCredential(server: server, username: $0.user, password: $0.password) }
            }
        }
    }
}
