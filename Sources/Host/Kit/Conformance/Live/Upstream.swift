import APIClient
import Foundation
import JSONDocument
import Traffic

/// A real server behind ours: what a client asks is asked there.
struct Upstream: Answering {
    private let transport: CurlTransport
    /// Headers that are not passed on.
    private let dropped: Set<String>

    /// - Parameter keepsCredentials: whether the client's own are passed on, or the endpoint's stand in their place.
    init(_ endpoint: APIEndpoint, keepsCredentials: Bool = true) {
        transport = CurlTransport(endpoint: endpoint)
        let usual: Set<String> = [
            "host", "content-length", "connection", "transfer-encoding", "expect", "upgrade", "content-type",
            "sec-websocket-key", "sec-websocket-extensions",
        ]
        dropped =
            keepsCredentials
            ? usual
            : usual.union([
                "authorization", "impersonate-user", "impersonate-group", "x-nomad-token",
            ])
    }

    func answer(_ request: ServedRequest) async -> Answer {
        guard let method = APIRequest.Method(rawValue: request.method) else { return .empty(405) }
        let kept = request.headers.filter { !dropped.contains($0.name.lowercased()) }
        var asked = APIRequest(
            method, request.target, headers: kept.map { HTTPHeader($0.name, $0.value) }, timeouts: .untilItEnds)
        if !request.body.isEmpty {
            asked.body = .init(bytes: request.body, contentType: request.header("content-type") ?? "application/json")
        }
        do {
            switch request.upgrade {
            case nil: break
            case "websocket": return try await webSocket(asked)
            case .some(let name): return try await upgraded(asked, to: name)
            }
            let answer = try await transport.stream(asked)
            let head = Self.head(answer.head)
            if Self.comesInPieces(request), answer.head.status == 200 {
                return .stream(head) { write in for try await piece in answer.body { try await write(piece) } }
            }
            return .whole(head, body: try await answer.body.bytes(atMost: 64 << 20))
        } catch let failure as APIFailure {
            if case .status(let status) = failure {
                if !status.body.isEmpty {
                    let isDocument = (try? JSONValue(parsing: status.body)) != nil
                    let type = isDocument ? "application/json" : "text/plain; charset=utf-8"
                    return .whole(
                        AnswerHead(status.status, [HTTPField("Content-Type", type)]), body: status.body)
                }
                if status.message.isEmpty { return .empty(status.status) }
                return .json(
                    status.status,
                    [
                        "kind": "Status", "status": "Failure", "message": .string(status.message),
                        "code": .integer(status.status),
                    ])
            }
            return .json(502, ["message": .string("the real server did not answer: \(failure)")])
        } catch {
            return .json(502, ["message": .string("the real server did not answer")])
        }
    }

    private static func head(_ head: ResponseHead) -> AnswerHead {
        AnswerHead(
            head.status,
            // The clock of a case stands still, and a server's would show it.
            head.headers.filter {
                !["content-length", "transfer-encoding", "connection", "upgrade", "sec-websocket-accept", "date"]
                    .contains($0.name.lowercased())
            }.map { HTTPField($0.name, $0.value) })
    }

    private func upgraded(_ request: APIRequest, to name: String) async throws -> Answer {
        var request = request
        request.headers += [
            HTTPHeader("Connection", "Upgrade"), HTTPHeader("Upgrade", name == "spdy/3.1" ? "SPDY/3.1" : name),
        ]
        let connection = try await transport.upgrade(request)
        return .upgrade(Self.head(connection.head)) { channel in
            defer { connection.close() }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    while let bytes = try await channel.receive() { try await connection.write(bytes) }
                    // TLS has no half of a connection to close.
                    if name == "tcp" { connection.closeWrite() } else { connection.close() }
                }
                while let bytes = try await connection.read() { try await channel.send(bytes) }
                tasks.cancelAll()
            }
        }
    }

    /// Messages are passed on whole, so that a recording has them; pings are each side's own.
    private func webSocket(_ request: APIRequest) async throws -> Answer {
        let names = request.headers.filter { $0.name.lowercased() == "sec-websocket-protocol" }
            .flatMap { $0.value.split(separator: ",").map { $0.filter { $0 != " " } } }
        var request = request
        request.headers.removeAll { $0.name.lowercased().hasPrefix("sec-websocket") }
        let session = try await WebSocketSession.open(
            request, over: APIClient(transport: transport), subprotocols: names)
        let fields = session.subprotocol.isEmpty ? [] : [HTTPField("Sec-WebSocket-Protocol", session.subprotocol)]
        return .webSocket(AnswerHead(101, fields)) { channel in
            defer { session.close() }
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask {
                    while let message = try await channel.receive() { try await session.send(message) }
                    session.close()
                }
                while let message = try await session.receive() { try await channel.send(message) }
                tasks.cancelAll()
            }
        }
    }

    /// Answers that end when something happens.
    static func comesInPieces(_ request: ServedRequest) -> Bool {
        let last = request.pathParts.last ?? ""
        return ["events", "logs", "wait", "stream"].contains(last) && !isEventList(request) || request.flag("watch")
            || request.flag("follow")
    }

    /// Kubernetes' events are a list like any other.
    private static func isEventList(_ request: ServedRequest) -> Bool {
        request.pathParts.last == "events" && ["api", "apis"].contains(request.pathParts.first)
    }
}
