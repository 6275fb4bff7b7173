import AdapterKit
import DokkuIO
import Registry

/// `registry:login` and `registry:logout` (contract 5.3): without Docker's client, and with the registry's own word.
package struct RegistryAccess: Sendable {
    private let host: Host
    private let scope: PropertyScope

    package init(_ host: Host, _ scope: PropertyScope) {
        self.host = host
        self.scope = scope
    }

    /// Shows a login to the registry and keeps it.
    /// - Parameter pullsOnly: it is what schedulers are given, and never pushed with.
    package func login(_ server: String, _ user: String, _ password: String, pullsOnly: Bool) async throws {
        let server = try Self.server(server)
        let login = Login(username: user, password: password)
        try await check(login, at: server)
        let credential = RegistryCredential(server: server.loginServer, username: user, password: password)
        if pullsOnly {
            try RegistryLoginFile(RegistryLogins.pullFile(host.layout, scope)).set(credential)
        } else {
            try await keep(login, credential)
        }
        // Dokku's plugins may want to know: the contract gives them the password, in a variable.
        try await host.plugn?.fire(
            "post-registry-login", [server.isDockerHub ? RepositoryName.dockerHub : server.registry, user],
            variables: ["DOCKER_REGISTRY_PASS": password])
        let whom = scope.app.map(\.description) ?? "global registry"
        await host.console.showError(" !     Login Succeeded for \(whom)")
    }

    private func check(_ login: Login, at server: RepositoryName) async throws {
        let app = try scope.app ?? AppName("app")
        let client = RegistryClient(server, of: app, host.registryContext(scope.app, login: login))
        do {
            try await client.send(.registryVersion, to: "log in at \(server.registry)")
        } catch var error as AdapterError {
            error.message = "Unable to run docker login: \(error.message)"
            throw error
        }
    }

    private func keep(_ login: Login, _ credential: RegistryCredential) async throws {
        let file = try file()
        let names = RegistryLogins.names(of: credential.server)
        // An app's own file holds its logins itself: helpers know one user a registry.
        if scope == .global, let (helper, _) = try RegistryLogins(host.layout, nil).helper(for: names) {
            try await Host.credentialHelper(helper).store(login, for: credential.server)
            return try file.noteHelper(for: credential.server)
        }
        try file.set(credential)
    }

    /// Forgets a login. What is not there is no error.
    package func logout(_ server: String) async throws {
        let server = try Self.server(server)
        let file = try file()
        if let app = scope.app, !file.exists {
            throw AdapterError(.notFound, "No registry credentials found for app \(app)")
        }
        let names = RegistryLogins.names(of: server.loginServer)
        if scope == .global, let (helper, name) = try RegistryLogins(host.layout, nil).helper(for: names) {
            try await Host.credentialHelper(helper).erase(name)
        }
        try file.remove(names)
        try RegistryLoginFile(RegistryLogins.pullFile(host.layout, scope)).remove(names)
    }

    private func file() throws -> RegistryLoginFile {
        guard let path = RegistryLogins.file(host.layout, scope) else {
            throw AdapterError(.hostTrouble, "there is no folder to keep logins in: HOME is not set")
        }
        return RegistryLoginFile(path)
    }

    /// `hub.docker.com` and `docker.com` are Docker Hub's other names.
    private static func server(_ text: String) throws -> RepositoryName {
        let name = ["hub.docker.com", "docker.com", "docker.io"].contains(text) ? "" : text + "/"
        return try RepositoryName(name + "app")
    }
}
