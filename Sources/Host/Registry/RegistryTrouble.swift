import APIClient
import AdapterKit

/// What a registry's failures mean to a person: each names the registry, the repository, what it answered, and the
/// command that helps.
struct RegistryTrouble: Sendable {
    let repository: RepositoryName
    let app: AppName
    /// Who we said we are; `nil` for nobody.
    let user: String?

    /// Runs `body` with its failures translated.
    /// - Parameter action: what was to be done, as in "could not ACTION".
    func translating<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result {
        do {
            return try await body()
        } catch let failure as APIFailure {
            throw translate(failure, while: action)
        }
    }

    func translate(_ failure: APIFailure, while action: String) -> AdapterError {
        func error(_ code: AdapterError.Code, _ why: String, _ details: [String] = [], hint: String?) -> AdapterError {
            AdapterError(code, "could not \(action): \(why)", details: details, hint: hint)
        }
        let registry = repository.registry
        switch failure {
        case .unreachable(_, .tls):
            return error(
                .unreachable, "\(registry) is not trusted", [failure.description],
                hint: "put its authority into /etc/docker/certs.d/\(registry)/ca.crt")
        case .unreachable, .interrupted, .timedOut:
            return error(
                .unreachable, "the registry \(registry) does not answer", [failure.description],
                hint: "registry:set \(app) server HOST[:PORT], or see why it does not: curl -v \(address)")
        case .unexpectedReply:
            return error(
                .unexpectedReply, "what answers at \(registry) is no registry, or a strange one",
                [failure.description], hint: "registry:set \(app) server HOST[:PORT]")
        case .status(let status): return refused(status, error)
        }
    }

    private typealias Make = (AdapterError.Code, String, [String], String?) -> AdapterError

    private func refused(_ status: APIFailure.StatusFailure, _ error: Make) -> AdapterError {
        let message = RegistryMessage(status.body)
        let words = message.text.isEmpty ? status.message : message.text
        let answer =
            "\(repository.registry) answered with status \(status.status)" + (words.isEmpty ? "" : ": \(words)")
        switch status.status {
        case 401 where user == nil:
            return error(.denied, "\(repository.registry) asks for a login, and there is none", [answer], login("USER"))
        case 401:
            return error(
                .denied, "\(repository.registry) does not accept the login as \(user ?? "")", [answer],
                login(user ?? "USER"))
        case 403:
            return error(
                .denied, "\(user ?? "nobody in particular") may not do that in \(repository.path)", [answer],
                login("USER-WHO-MAY-PUSH"))
        case 404:
            return error(
                .notFound, "\(repository.registry) has no repository \(repository.path)", [answer],
                "registry:set \(app) image-repo NAME")
        case 405:
            return error(
                .denied, "\(repository.registry) takes no changes: it is read-only", [answer],
                "registry:set \(app) server HOST[:PORT]")
        case 429:
            return error(
                .unreachable, "\(repository.registry) has been asked too often", [answer], login("USER"))
        case 507, 500...599:
            return error(
                .unreachable, "\(repository.registry) is in trouble", [answer], "try again; see the registry's own log")
        default: return error(.unexpectedReply, "\(repository.registry) refuses", [answer], nil)
        }
    }

    func login(_ user: String) -> String { "registry:login \(app) \(repository.registry) \(user) --password-stdin" }

    private var address: String { "https://\(repository.host)/v2/" }
}
