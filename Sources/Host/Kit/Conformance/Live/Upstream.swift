import APIClient
import Traffic

/// A real server behind ours: what a client asks is asked there.
struct Upstream: Answering {
    private let transport: CurlTransport

    init(_ endpoint: APIEndpoint) {
        transport = CurlTransport(endpoint: endpoint)
    }

    func answer(_ request: ServedRequest) async -> Answer {
        guard let method = APIRequest.Method(rawValue: request.method) else { return .empty(405) }
        let kept = request.headers.filter { field in
            !["host", "content-length", "connection", "transfer-encoding", "expect", "upgrade", "content-type"]
                .contains(field.name.lowercased())
        }
        var asked = APIRequest(
            method, request.target, headers: kept.map { HTTPHeader($0.name, $0.value) }, timeouts: .untilItEnds)
        if !request.body.isEmpty {
            asked.body = .init(bytes: request.body, contentType: request.header("content-type") ?? "application/json")
        }
        do {
            if request.upgrade != nil { return try await upgraded(asked) }
            let answer = try await transport.stream(asked)
            let head = AnswerHead(
                answer.head.status,
                answer.head.headers.filter {
                    !["content-length", "transfer-encoding", "connection"].contains($0.name.lowercased())
                }.map { HTTPField($0.name, $0.value) })
            if Self.comesInPieces(request), answer.head.status == 200 {
                return .stream(head) { write in for try await piece in answer.body { try await write(piece) } }
            }
            return .whole(head, body: try await answer.body.bytes(atMost: 64 << 20))
        } catch let failure as APIFailure {
            if case .status(let status) = failure {
                return .json(status.status, ["message": .string(status.message)])
            }
            return .json(502, ["message": .string("the real server did not answer: \(failure)")])
        } catch {
            return .json(502, ["message": .string("the real server did not answer")])
        }
    }

    private func upgraded(_ request: APIRequest) async throws -> Answer {
        let connection = try await transport.upgrade(request)
        return .upgrade(AnswerHead(101, [HTTPField("Content-Type", "application/vnd.docker.raw-stream")])) { channel in
            defer { connection.close() }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    while let bytes = try await channel.receive() { try await connection.write(bytes) }
                    connection.closeWrite()
                }
                while let bytes = try await connection.read() { try await channel.send(bytes) }
                tasks.cancelAll()
            }
        }
    }

    /// Answers that end when something happens.
    static func comesInPieces(_ request: ServedRequest) -> Bool {
        let last = request.pathParts.last ?? ""
        return ["events", "logs", "wait", "log"].contains(last) || request.flag("watch") || request.flag("follow")
    }
}
