import APIClient

/// Finds out how a registry is spoken to, as the engine does: with TLS, and without only on this machine or where the
/// engine has been told to (`insecure-registries`). Whom it trusts, ``RegistryTrust`` says.
final class RegistryTransport: APITransport {
    private let repository: RepositoryName
    private let context: RegistryContext
    private let trustsWithoutTLS: @Sendable (String) async -> Bool
    private let plain: CurlTransport
    private let found = Guarded<(any APITransport)?>(nil)

    /// - Parameter trustsWithoutTLS: asked of the engine when TLS did not work.
    init(
        _ repository: RepositoryName, _ context: RegistryContext,
        trustsWithoutTLS: @escaping @Sendable (String) async -> Bool
    ) {
        self.repository = repository
        self.context = context
        self.trustsWithoutTLS = trustsWithoutTLS
        plain = CurlTransport(
            endpoint: APIEndpoint(.url("http://\(repository.host)"), usesProxy: !repository.isLoopback))
    }

    func response(to request: APIRequest) async throws -> APIResponse {
        if let found = found.withLock({ $0 }) { return try await found.response(to: request) }
        // On this machine most do without, and TLS would only be refused, dearly.
        guard repository.isLoopback else { return try await secureFirst(request) }
        do {
            let response = try await plain.response(to: request)
            if response.status != 400 { return keep(plain, response) }
        } catch let failure as APIFailure where Self.mayBeSecure(failure) {
            guard let response = try? await secureFirst(request) else { throw failure }
            return response
        }
        return try await secureFirst(request)
    }

    private func secureFirst(_ request: APIRequest) async throws -> APIResponse {
        let trust = RegistryTrust(repository: repository, context: context)
        let secure = CurlTransport(endpoint: APIEndpoint(.url("https://\(repository.host)"), tls: try trust.settings()))
        do {
            return keep(secure, try await secure.response(to: request))
        } catch let failure as APIFailure {
            guard Self.mayBePlain(failure), await trustsWithoutTLS(repository.registry) else { throw failure }
        }
        return keep(plain, try await plain.response(to: request))
    }

    private func keep(_ transport: any APITransport, _ response: APIResponse) -> APIResponse {
        found.withLock { $0 = transport }
        return response
    }

    func stream(_ request: APIRequest) async throws -> StreamedResponse {
        StreamedResponse(whole: try await response(to: request))
    }

    func upgrade(_ request: APIRequest) async throws -> UpgradedConnection {
        throw APIFailure.unexpectedReply(call: request.summary, reason: "registries have no upgrades")
    }

    /// Whether whatever listens there may be a TLS server: not all of them say so to who does without.
    private static func mayBeSecure(_ failure: APIFailure) -> Bool {
        switch failure {
        case .interrupted, .unexpectedReply: true
        default: false
        }
    }

    /// Whether whatever listens there may be no TLS server.
    private static func mayBePlain(_ failure: APIFailure) -> Bool {
        switch failure {
        case .unreachable(_, .tls), .unreachable(_, .refused), .interrupted, .unexpectedReply: true
        default: false
        }
    }
}
