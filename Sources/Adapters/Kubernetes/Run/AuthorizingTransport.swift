import APIClient

/// Shows each request's credential; when the server refuses it, another is asked for once. A decorator over the
/// transports that it opens: one for each client certificate.
actor AuthorizingTransport {
    private let source: CredentialSource
    private let open: @Sendable (Credential) -> any APITransport
    private let explain: @Sendable (APIFailure, Credential) -> any Error
    private var opened: (credential: Credential, transport: any APITransport)?

    /// - Parameters:
    ///   - open: makes the transport that shows the credential's certificate.
    ///   - explain: what is thrown for a failure of a request that showed a credential.
    init(
        _ source: CredentialSource, open: @escaping @Sendable (Credential) -> any APITransport,
        explain: @escaping @Sendable (APIFailure, Credential) -> any Error
    ) {
        self.source = source
        self.open = open
        self.explain = explain
    }

    private func transport(for credential: Credential) -> any APITransport {
        if let opened, opened.credential.clientCertificate == credential.clientCertificate,
            opened.credential.clientKey == credential.clientKey
        {
            return opened.transport
        }
        let transport = open(credential)
        opened = (credential, transport)
        return transport
    }

    /// - Parameter refusal: the failure that an answer is when its status is 401.
    private nonisolated func authorized<Answer>(
        _ request: APIRequest, _ send: (any APITransport, APIRequest) async throws -> Answer,
        refusal: (Answer) async throws -> APIFailure?
    ) async throws -> Answer {
        let shown = try await source.current()
        do {
            return try await attempt(request, shown.credential, send, refusal)
        } catch let failure as APIFailure {
            guard failure.status == 401, let next = try await source.replacement(of: shown) else {
                throw explain(failure, shown.credential)
            }
            do {
                return try await attempt(request, next, send, refusal)
            } catch let failure as APIFailure {
                throw explain(failure, next)
            }
        }
    }

    private nonisolated func attempt<Answer>(
        _ request: APIRequest, _ credential: Credential,
        _ send: (any APITransport, APIRequest) async throws -> Answer,
        _ refusal: (Answer) async throws -> APIFailure?
    ) async throws -> Answer {
        var authorized = request
        authorized.headers = credential.headers + request.headers
        let answer = try await send(await transport(for: credential), authorized)
        if let failure = try await refusal(answer) { throw failure }
        return answer
    }
}

extension AuthorizingTransport: APITransport {
    nonisolated func response(to request: APIRequest) async throws -> APIResponse {
        try await authorized(request) {
            try await $0.response(to: $1)
        } refusal: {
            $0.status == 401 ? .refused(request, $0) : nil
        }
    }

    nonisolated func stream(_ request: APIRequest) async throws -> StreamedResponse {
        try await authorized(request) {
            try await $0.stream($1)
        } refusal: {
            guard $0.head.status == 401 else { return nil }
            return .refused(request, APIResponse(head: $0.head, body: try await $0.body.bytes(atMost: 65_536)))
        }
    }

    nonisolated func upgrade(_ request: APIRequest) async throws -> UpgradedConnection {
        // An upgrade that is refused comes as a failure by itself.
        try await authorized(request) {
            try await $0.upgrade($1)
        } refusal: { _ in
            nil
        }
    }
}
