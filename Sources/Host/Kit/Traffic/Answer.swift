import APIClient
import JSONDocument

/// Whatever answers requests: a recording, a fake, a proxy before a real server.
package protocol Answering: Sendable {
    /// Answers `request`. May wait; is cancelled when the client hangs up.
    func answer(_ request: ServedRequest) async -> Answer
}

/// What a server does with a request.
package enum Answer: Sendable {
    /// A whole answer; it is sent with its length.
    case whole(AnswerHead, body: [UInt8])
    /// An answer that comes in pieces, chunked, and ends when `write` returns. Throwing cuts the connection.
    case stream(AnswerHead, write: @Sendable (_ piece: @Sendable ([UInt8]) async throws -> Void) async throws -> Void)
    /// The connection becomes a raw stream in both directions; it is closed when `talk` returns.
    case upgrade(AnswerHead, talk: @Sendable (ByteChannel) async throws -> Void)
    /// The connection becomes a WebSocket; it is closed when `talk` returns.
    case webSocket(AnswerHead, talk: @Sendable (MessageChannel) async throws -> Void)
    /// Bytes as they are, no HTTP added, after which the connection is cut: for servers that misbehave.
    case broken([UInt8])
}

/// Status and headers. Length, transfer encoding and connection are added when it is sent.
package struct AnswerHead: Sendable, Equatable {
    package var status: Int
    package var headers: [HTTPField]

    package init(_ status: Int, _ headers: [HTTPField] = []) {
        self.status = status
        self.headers = headers
    }

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}

extension Answer {
    /// A JSON document.
    package static func json(_ status: Int = 200, _ document: JSONValue, headers: [HTTPField] = []) -> Answer {
        .whole(
            AnswerHead(status, [HTTPField("Content-Type", "application/json")] + headers),
            body: Array((document.compact + "\n").utf8))
    }

    /// Plain text.
    package static func text(_ status: Int, _ text: String) -> Answer {
        .whole(AnswerHead(status, [HTTPField("Content-Type", "text/plain; charset=utf-8")]), body: Array(text.utf8))
    }

    /// Nothing but a status.
    package static func empty(_ status: Int = 204) -> Answer { .whole(AnswerHead(status), body: []) }
}

/// A raw stream in both directions.
package struct ByteChannel: Sendable {
    /// The next bytes that came; `nil` when the peer sends no more.
    package let receive: @Sendable () async throws -> [UInt8]?
    package let send: @Sendable ([UInt8]) async throws -> Void

    package init(
        receive: @escaping @Sendable () async throws -> [UInt8]?,
        send: @escaping @Sendable ([UInt8]) async throws -> Void
    ) {
        self.receive = receive
        self.send = send
    }
}

/// A WebSocket's messages in both directions. Pings are answered before they get here.
package struct MessageChannel: Sendable {
    /// The next message; `nil` when the peer sends no more.
    package let receive: @Sendable () async throws -> WebSocketMessage?
    package let send: @Sendable (WebSocketMessage) async throws -> Void

    package init(
        receive: @escaping @Sendable () async throws -> WebSocketMessage?,
        send: @escaping @Sendable (WebSocketMessage) async throws -> Void
    ) {
        self.receive = receive
        self.send = send
    }
}
