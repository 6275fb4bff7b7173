import AdapterKit
import DokkuIO
import FoundationEssentials
import Registry

/// When the logins of an app at its registry end by themselves, as far as they are tokens that tell.
struct LoginEnds: Sendable {
    private let host: Host
    private let app: AppName

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// How long a helper may take to give a login.
    private static let patience = Duration.seconds(5)
    /// What an app may have to be pulled again in: a node that is replaced, a pod that moves.
    private static let soon = 86_400

    /// When pushes end to be accepted, and when pulls by schedulers do, which may be given a login of their own; `nil`
    /// for never, and when nobody can find out.
    func both() async -> (pushing: Int?, pulling: Int?) {
        guard let settings = try? host.registrySettings(app), settings.hasServer,
            let server = try? settings.repository().loginServer
        else { return (nil, nil) }
        let login = try? await within(Self.patience) { try await host.login(at: server, app) }
        let pushing = (login ?? nil).flatMap { TokenExpiry.seconds(of: $0.password) }
        let names = RegistryLogins.names(of: server)
        let given = (try? RegistryLogins(host.layout, app))?.credentials.first { names.contains($0.server) }
        return (pushing, given.map { TokenExpiry.seconds(of: $0.password) } ?? pushing)
    }

    /// Says that an image can soon not be pulled again with what `deployment` gives.
    func warn(of deployment: Deployment) async {
        guard let image = deployment.image.pushed else { return }
        let repository = RepositoryName(image)
        let names = RegistryLogins.names(of: repository.loginServer)
        guard let given = deployment.pullCredentials.first(where: { names.contains($0.server) }),
            let end = TokenExpiry.seconds(of: given.password), end - Int(Date().timeIntervalSince1970) < Self.soon
        else { return }
        await host.console.report(
            .warning("The login that nodes pull with at \(repository.registry) ends at \(Self.text(end))"))
        await host.console.report(
            .warning(
                "Deploy \(app) again before, or give nodes one that lasts: linkspan registry:login --pull-only "
                    + "--password-stdin \(app) \(repository.registry) USER"))
    }

    static func text(_ seconds: Int) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}
