import APIClient

/// Asks again while the servers elect a leader: a decorator over any transport.
///
/// A server that knows no leader has nobody to hand a request to and has done nothing, so any request may be sent
/// again.
struct LeaderPatience: APITransport {
    /// How long an election may take.
    static let longest = Duration.seconds(30)

    private let base: any APITransport
    private let clock: any Clock<Duration>

    init(_ base: any APITransport, clock: any Clock<Duration>) {
        self.base = base
        self.clock = clock
    }

    func response(to request: APIRequest) async throws -> APIResponse {
        try await waiting {
            try await base.response(to: request)
        } isLeaderless: {
            Self.isLeaderless($0.status, $0.body)
        }
    }

    func stream(_ request: APIRequest) async throws -> StreamedResponse {
        let answer = try await waiting {
            let answer = try await base.stream(request)
            guard answer.head.status == 500 else { return (answer, [UInt8]()) }
            return (answer, try await answer.body.bytes(atMost: 65_536))
        } isLeaderless: {
            Self.isLeaderless($0.0.head.status, $0.1)
        }
        guard answer.0.head.status == 500 else { return answer.0 }
        let read = Guarded([answer.1])
        return StreamedResponse(head: answer.0.head, body: ByteStream { read.withLock { $0.popLast() } })
    }

    func upgrade(_ request: APIRequest) async throws -> UpgradedConnection { try await base.upgrade(request) }

    private static func isLeaderless(_ status: Int, _ body: [UInt8]) -> Bool {
        status == 500 && String(decoding: body.prefix(200), as: UTF8.self).contains("No cluster leader")
    }

    private func waiting<Answer>(
        _ send: () async throws -> Answer, isLeaderless: (Answer) -> Bool
    ) async throws -> Answer {
        var waited = Duration.zero
        while true {
            let answer = try await send()
            guard isLeaderless(answer), waited < Self.longest else { return answer }
            try await clock.sleep(for: .seconds(1))
            waited += .seconds(1)
        }
    }
}
