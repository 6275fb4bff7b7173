/// Sends a request again when trying again can help: a decorator over any transport.
package struct RetryingTransport: APITransport {
    private let base: any APITransport
    private let policy: RetryPolicy
    private let clock: any Clock<Duration>
    private let hasAnswered = Guarded(false)

    package init(_ base: any APITransport, policy: RetryPolicy = .init(), clock: any Clock<Duration>) {
        self.base = base
        self.policy = policy
        self.clock = clock
    }

    package func response(to request: APIRequest) async throws -> APIResponse {
        try await retrying(request) {
            try await base.response(to: request)
        } head: {
            $0.head
        }
    }

    package func stream(_ request: APIRequest) async throws -> StreamedResponse {
        try await retrying(request) {
            try await base.stream(request)
        } head: {
            $0.head
        }
    }

    package func upgrade(_ request: APIRequest) async throws -> UpgradedConnection {
        try await retrying(request) {
            try await base.upgrade(request)
        } head: { _ in
            nil
        }
    }

    private func retrying<Answer>(
        _ request: APIRequest, _ send: () async throws -> Answer, head: (Answer) -> ResponseHead?
    ) async throws -> Answer {
        var attempt = 1
        var waited = Duration.zero
        while true {
            let pause: Duration
            do {
                let answer = try await send()
                hasAnswered.withLock { $0 = true }
                guard let head = head(answer), let wait = policy.pause(after: head, to: request, attempt: attempt)
                else { return answer }
                pause = wait
            } catch let failure as APIFailure {
                let isKnown = hasAnswered.withLock { $0 }
                guard
                    let wait = policy.pause(after: failure, of: request, attempt: attempt)
                        ?? (isKnown ? policy.pause(inOutage: failure, of: request, attempt: attempt, waited) : nil)
                else { throw failure }
                pause = wait
            }
            try await clock.sleep(for: pause)
            waited += pause
            attempt += 1
        }
    }
}

/// Which replies to try again, how often, and how long to wait.
package struct RetryPolicy: Sendable {
    package var attempts: Int
    /// How often a busy server is asked; as often as any when `nil`.
    package var busyAttempts: Int?
    package var firstPause: Duration
    package var longestPause: Duration
    /// How long a server that has answered before may be away: one that restarts.
    package var longestOutage: Duration

    package init(
        attempts: Int = 4, busyAttempts: Int? = nil, firstPause: Duration = .milliseconds(200),
        longestPause: Duration = .seconds(10),
        longestOutage: Duration = .zero
    ) {
        self.attempts = attempts
        self.busyAttempts = busyAttempts
        self.firstPause = firstPause
        self.longestPause = longestPause
        self.longestOutage = longestOutage
    }

    /// The wait before another try, or `nil` to take `response` as it is.
    ///
    /// A server that is busy (429, 503) has done nothing yet, so any request may be sent again; behind a
    /// gateway's 502 or 504, and where a server in trouble asks for another try itself, the request may have been
    /// carried out, so only idempotent ones are.
    func pause(after head: ResponseHead, to request: APIRequest, attempt: Int) -> Duration? {
        pause(
            after: head.status, asking: head.header("retry-after").flatMap { Int($0) }.map { .seconds($0) }, request,
            attempt)
    }

    private func pause(after status: Int, asking wish: Duration?, _ request: APIRequest, _ attempt: Int) -> Duration? {
        let isBusy = status == 429 || status == 503
        guard attempt < (isBusy ? busyAttempts ?? attempts : attempts) else { return nil }
        let isGatewayTrouble = status == 502 || status == 504 || (status >= 500 && wish != nil)
        guard isBusy || (isGatewayTrouble && request.isIdempotent) else { return nil }
        return min(wish ?? grown(attempt), longestPause)
    }

    /// The wait before another try, or `nil` to give up.
    func pause(after failure: APIFailure, of request: APIRequest, attempt: Int) -> Duration? {
        // An upgrade that is refused comes as a failure.
        if case .status(let status) = failure {
            return pause(after: status.status, asking: status.retryAfter, request, attempt)
        }
        guard attempt < attempts, request.isIdempotent, case .interrupted = failure else { return nil }
        return grown(attempt)
    }

    /// The wait before another try at a server that seems to be away for a moment, or `nil` to give up.
    ///
    /// Where no connection comes about nothing was sent, so any request may be sent again.
    func pause(inOutage failure: APIFailure, of request: APIRequest, attempt: Int, _ waited: Duration) -> Duration? {
        guard waited < longestOutage else { return nil }
        switch failure {
        case .unreachable(_, .refused), .unreachable(_, .missing): break
        case .interrupted where request.isIdempotent: break
        default: return nil
        }
        return min(grown(attempt), .seconds(2))
    }

    private func grown(_ attempt: Int) -> Duration {
        min(firstPause * (1 << min(attempt - 1, 10)), longestPause)
    }
}
