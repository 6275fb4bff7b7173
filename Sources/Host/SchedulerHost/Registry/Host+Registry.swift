import AdapterKit
import DokkuIO
import ProcessStreams
import Registry

extension Host {
    /// The registry plugin's properties of an app.
    func registrySettings(_ app: AppName) throws -> RegistrySettings {
        let stored = properties("registry")
        func values(_ names: [String], _ scope: PropertyScope) throws -> [String: String] {
            try names.reduce(into: [:]) { $0[$1] = try stored.value($1, scope) }
        }
        let names = PropertyCatalog.registry.properties.map(\.name)
        return RegistrySettings(
            app: app, own: try values(names + ["tag-version"], .app(app)), global: try values(names, .global))
    }

    /// What the registry plugin may know of this machine.
    /// - Parameter login: in place of what the files hold.
    func registryContext(_ app: AppName?, login: Login? = nil) -> RegistryContext {
        let requests = console.requests
        return RegistryContext(
            variables: environment, readFile: Self.readFile, listFolder: Self.listFolder,
            login: { repository in
                if let login { return login }
                return try await self.login(at: repository.loginServer, app)
            }, trace: isVerbose ? { @Sendable line in requests.note(line) } : nil)
    }

    /// The login at a registry: in the app's file, else in the host's, else with a credential helper.
    func login(at server: String, _ app: AppName?) async throws -> Login? {
        let logins = try RegistryLogins(layout, app)
        let names = RegistryLogins.names(of: server)
        if let found = logins.credential(for: names) {
            return Login(username: found.username, password: found.password)
        }
        guard let (helper, name) = logins.helper(for: names) else { return nil }
        return try await Self.credentialHelper(helper).get(name)
    }

    static func credentialHelper(_ name: String) -> CredentialHelper {
        CredentialHelper(name) { words, input in try await HostPrograms.output(words, input: input) }
    }

    /// How a scheduler may pull `image`: what the files hold, and the login of the image's own registry where a helper
    /// keeps it.
    func pullCredentials(_ app: AppName, for image: ReleaseImage) async throws -> [RegistryCredential] {
        let logins = try RegistryLogins(layout, app)
        let reference = image.pushed ?? image.local
        guard reference.registry != nil || image.pushed != nil else { return logins.credentials }
        let server = RepositoryName(reference).loginServer
        let names = RegistryLogins.names(of: server)
        guard !logins.credentials.contains(where: { names.contains($0.server) }),
            let (helper, name) = logins.helper(for: names)
        else { return logins.credentials }
        do {
            guard let login = try await Self.credentialHelper(helper).get(name), !login.isIdentityToken else {
                return logins.credentials
            }
            return logins.credentials
                + [RegistryCredential(server: server, username: login.username, password: login.password)]
        } catch let error as AdapterError {
            await warn(of: error)
            return logins.credentials
        }
    }
}
