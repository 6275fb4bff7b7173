import FoundationEssentials

/// The client's side of a WebSocket (RFC 6455): whole messages in both directions, for one reader and any number of
/// writers. Pings are answered and the closing handshake is kept while somebody reads.
package final class WebSocketSession: Sendable {
    /// The subprotocol that the server chose; empty when it chose none.
    package let subprotocol: String
    private let connection: UpgradedConnection
    private let incoming = Guarded(Incoming())

    private struct Incoming {
        var decoder = WebSocketDecoder()
        var messages: [WebSocketMessage] = []
        var isOver = false
        var closing: (code: UInt16, reason: String)?
    }

    private init(_ connection: UpgradedConnection, subprotocol: String) {
        self.connection = connection
        self.subprotocol = subprotocol
    }

    /// Asks for `request` as a WebSocket.
    /// - Parameter subprotocols: those that we speak, the best first; none for any.
    /// - Throws: ``APIFailure``, a status of the server's among them, when there is no WebSocket to be had.
    package static func open(_ request: APIRequest, over client: APIClient, subprotocols: [String] = []) async throws
        -> WebSocketSession
    {
        var request = request
        request.timeouts = .untilItEnds
        request.headers += [
            HTTPHeader("Connection", "Upgrade"), HTTPHeader("Upgrade", "websocket"),
            HTTPHeader("Sec-WebSocket-Version", "13"),
            HTTPHeader("Sec-WebSocket-Key", Data(Self.random(16)).base64EncodedString()),
        ]
        if !subprotocols.isEmpty {
            request.headers.append(HTTPHeader("Sec-WebSocket-Protocol", subprotocols.joined(separator: ", ")))
        }
        let connection = try await client.upgrade(request)
        let head = connection.head
        let chosen = head.header("sec-websocket-protocol") ?? ""
        guard head.status == 101, head.header("upgrade")?.lowercased() == "websocket",
            chosen.isEmpty || subprotocols.contains(chosen)
        else {
            connection.close()
            throw APIFailure.unexpectedReply(call: request.summary, reason: "it is no WebSocket of ours")
        }
        return WebSocketSession(connection, subprotocol: chosen)
    }

    /// The next text or bytes; `nil` when the server has closed the session.
    /// - Throws: ``APIFailure`` when the connection breaks or what arrives is no WebSocket's.
    package func receive() async throws -> WebSocketMessage? {
        while true {
            while let message = incoming.withLock({ $0.messages.isEmpty ? nil : $0.messages.removeFirst() }) {
                switch message {
                case .text, .binary: return message
                // A server that has gone already needs no pong. Waiting for room here could be waiting for ourselves.
                case .ping(let bytes): try? post(.pong(bytes))
                case .pong: continue
                case .close(let code, let reason):
                    incoming.withLock {
                        $0.isOver = true
                        $0.closing = (code, reason)
                    }
                    try? post(message)
                    return nil
                }
            }
            guard !incoming.withLock({ $0.isOver }), let bytes = try await connection.read() else { return nil }
            do {
                try incoming.withLock { incoming in incoming.messages += try incoming.decoder.take(bytes) }
            } catch let problem as WebSocketDecoder.Malformed {
                connection.close()
                throw APIFailure.unexpectedReply(call: "the session", reason: problem.description)
            }
        }
    }

    /// What the server said when it closed the session: RFC 6455, 7.4; `nil` before and when it just went away.
    package var closing: (code: UInt16, reason: String)? { incoming.withLock { $0.closing } }

    /// Sends `message`; returns when there is room for more.
    package func send(_ message: WebSocketMessage) async throws {
        try await connection.write(message.frame(maskedBy: Self.random(4)))
    }

    /// Sends `message` without waiting for room; for pings.
    package func post(_ message: WebSocketMessage) throws {
        try connection.post(message.frame(maskedBy: Self.random(4)))
    }

    /// Ends the session, whatever is under way.
    package func close() { connection.close() }

    private static func random(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255) } }
}
