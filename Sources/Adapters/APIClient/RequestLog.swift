/// Tells what was asked of a server: a decorator over any transport, behind `--verbose`.
package struct LoggingTransport: APITransport {
    private let base: any APITransport
    private let report: @Sendable (String) -> Void

    /// - Parameter report: takes one line a request, free of headers and bodies.
    package init(_ base: any APITransport, report: @escaping @Sendable (String) -> Void) {
        self.base = base
        self.report = report
    }

    package func response(to request: APIRequest) async throws -> APIResponse {
        let response = try await logged(request) {
            try await base.response(to: request)
        } status: {
            $0.status
        }
        return response
    }

    package func stream(_ request: APIRequest) async throws -> StreamedResponse {
        try await logged(request) {
            try await base.stream(request)
        } status: {
            $0.head.status
        }
    }

    package func upgrade(_ request: APIRequest) async throws -> UpgradedConnection {
        try await logged(request) {
            try await base.upgrade(request)
        } status: { _ in
            101
        }
    }

    private func logged<Answer>(
        _ request: APIRequest, _ send: () async throws -> Answer, status: (Answer) -> Int
    ) async throws -> Answer {
        let clock = ContinuousClock()
        let start = clock.now
        func line(_ outcome: String) -> String {
            let time = (clock.now - start).components
            let milliseconds = time.seconds * 1_000 + time.attoseconds / 1_000_000_000_000_000
            return "\(request.loggable) \(outcome) \(milliseconds) ms"
        }
        do {
            let answer = try await send()
            report(line("\(status(answer))"))
            return answer
        } catch {
            report(line("failed"))
            throw error
        }
    }
}
