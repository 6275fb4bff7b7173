import APIClient
import AdapterKit
import DockerEngine

/// One repository of one registry, for one app. Failures are said in the host's terms.
package struct RegistryClient: Sendable {
    package let repository: RepositoryName
    private let app: AppName
    private let context: RegistryContext
    private let client: APIClient
    private let login: Once<Login?>

    /// Opens no connection yet.
    package init(_ repository: RepositoryName, of app: AppName, _ context: RegistryContext) {
        self.repository = repository
        self.app = app
        self.context = context
        let login = Once<Login?> { try await context.login(repository) }
        self.login = login
        let transport = RegistryTransport(repository, context) { host in
            let engine = try? await Engine.connect(context)
            return (try? await engine?.send(.engineInfo))?.trustsWithoutTLS(host) == true
        }
        client = APIClient(
            transport: LoginTransport(
                context.wrapped(transport), login: { try await login.value() },
                open: { address in
                    // A registry that signs its own certificates has its token server do so, too.
                    let trust = RegistryTrust(repository: repository, context: context)
                    return context.wrapped(
                        CurlTransport(endpoint: APIEndpoint(.url(address), tls: try trust.settings())))
                }))
    }

    /// Who we are there; `nil` for nobody.
    package func user() async throws -> Login? { try await login.value() }

    /// - Parameter action: what is done, as in "could not ACTION".
    package func send<Reply>(_ call: APICall<Reply>, to action: String) async throws -> Reply {
        try await trouble().translating(action) { try await client.send(call) }
    }

    /// What `reference`, a tag or a digest, leads to; `nil` when the registry has none.
    package func head(_ reference: String) async throws -> ManifestHead? {
        try await send(.manifestHead(repository.path, reference), to: "ask \(repository) for \(reference)")
    }

    func trouble() async throws -> RegistryTrouble {
        RegistryTrouble(repository: repository, app: app, user: try await login.value()?.shownUser)
    }
}
