/// Sends a request again when trying again can help: a decorator over any transport.
package struct RetryingTransport<Wait: Clock>: APITransport where Wait.Duration == Duration {
    private let base: any APITransport
    private let policy: RetryPolicy
    private let clock: Wait

    package init(_ base: any APITransport, policy: RetryPolicy = .init(), clock: Wait) {
        self.base = base
        self.policy = policy
        self.clock = clock
    }

    package func response(to request: APIRequest) async throws -> APIResponse {
        var attempt = 1
        while true {
            let pause: Duration
            do {
                let response = try await base.response(to: request)
                guard let wait = policy.pause(after: response, to: request, attempt: attempt) else { return response }
                pause = wait
            } catch let failure as APIFailure {
                guard let wait = policy.pause(after: failure, of: request, attempt: attempt) else { throw failure }
                pause = wait
            }
            try await clock.sleep(for: pause)
            attempt += 1
        }
    }

    package func stream(_ request: APIRequest) async throws -> StreamedResponse { try await base.stream(request) }

    package func upgrade(_ request: APIRequest) async throws -> UpgradedConnection { try await base.upgrade(request) }
}

/// Which replies to try again, how often, and how long to wait.
package struct RetryPolicy: Sendable {
    package var attempts: Int
    package var firstPause: Duration
    package var longestPause: Duration

    package init(attempts: Int = 4, firstPause: Duration = .milliseconds(200), longestPause: Duration = .seconds(10)) {
        self.attempts = attempts
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// The wait before another try, or `nil` to take `response` as it is.
    ///
    /// A server that is busy (429, 503) has done nothing yet, so any request may be sent again; behind a
    /// gateway's 502 or 504 the request may have been carried out, so only idempotent ones are.
    func pause(after response: APIResponse, to request: APIRequest, attempt: Int) -> Duration? {
        guard attempt < attempts else { return nil }
        let isBusy = response.status == 429 || response.status == 503
        let isGatewayTrouble = response.status == 502 || response.status == 504
        guard isBusy || (isGatewayTrouble && request.method.isIdempotent) else { return nil }
        let asked = response.head.header("retry-after").flatMap { Int($0) }.map { Duration.seconds($0) }
        return min(asked ?? grown(attempt), longestPause)
    }

    /// The wait before another try, or `nil` to give up.
    func pause(after failure: APIFailure, of request: APIRequest, attempt: Int) -> Duration? {
        guard attempt < attempts, request.method.isIdempotent, case .interrupted = failure else { return nil }
        return grown(attempt)
    }

    private func grown(_ attempt: Int) -> Duration {
        min(firstPause * (1 << min(attempt - 1, 10)), longestPause)
    }
}
