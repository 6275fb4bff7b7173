import APIClient
import TestSupport
import Testing

/// The client's side of a WebSocket.
@Suite(.timeLimit(.minutes(1)))
struct WebSocketSessionTests {
    private static let accepted =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Protocol: two\r\n\r\n"

    private func open(_ server: ScriptedServer, _ protocols: [String] = ["one", "two"]) async throws
        -> WebSocketSession
    {
        let client = APIClient(transport: CurlTransport(endpoint: APIEndpoint(.unixSocket(server.path))))
        return try await WebSocketSession.open(APIRequest(.get, "/talk"), over: client, subprotocols: protocols)
    }

    @Test func messagesArriveAndPingsAreAnswered() async throws {
        let server = try ScriptedServer { _, _ in
            [
                .send(Self.accepted), .sendBytes(WebSocketMessage.ping([7]).frame()),
                .sendBytes(WebSocketMessage.binary([1, 2, 3]).frame()),
                // The pong: 2 bytes of head, 4 of the mask, 1 of the ping's.
                .receive(7), .sendBytes(WebSocketMessage.text("answered").frame()),
                .sendBytes(WebSocketMessage.close(1000, "").frame()), .hang,
            ]
        }
        let session = try await open(server)
        #expect(session.subprotocol == "two")
        #expect(try await session.receive() == .binary([1, 2, 3]))
        #expect(try await session.receive() == .text("answered"))
        #expect(try await session.receive() == nil)
        #expect(server.requests[0].contains("Sec-WebSocket-Protocol: one, two"))
        #expect(server.requests[0].contains("Sec-WebSocket-Version: 13"))
    }

    @Test func whatIsSentIsMasked() async throws {
        let server = try ScriptedServer { _, _ in
            [.send(Self.accepted), .receive(11), .echo, .hang]
        }
        let session = try await open(server)
        try await session.send(.binary([1, 2, 3, 4, 5]))
        // The echo is what we sent: a decoder takes masked frames too.
        #expect(try await session.receive() == .binary([1, 2, 3, 4, 5]))
    }

    @Test func aRefusalIsAStatus() async throws {
        let server = try ScriptedServer { _, _ in [ScriptedServer.reply(403, "no")] }
        await #expect(throws: APIFailure.self) { _ = try await open(server) }
    }

    @Test func anUnaskedSubprotocolIsRefused() async throws {
        let server = try ScriptedServer { _, _ in [.send(Self.accepted), .hang] }
        await #expect {
            _ = try await open(server, ["one"])
        } throws: { error in
            if case APIFailure.unexpectedReply = error { true } else { false }
        }
    }

    @Test func aBrokenConnectionIsNoEnd() async throws {
        let server = try ScriptedServer { _, _ in
            [.send(Self.accepted), .sendBytes([0xF2, 0x01, 0x00]), .hang]
        }
        let session = try await open(server)
        await #expect(throws: APIFailure.self) { _ = try await session.receive() }
    }

    @Test func manySmallFramesInOnePiece() throws {
        var decoder = WebSocketDecoder()
        let frames = (0..<20_000).flatMap { WebSocketMessage.binary([UInt8($0 % 256)]).frame() }
        #expect(try decoder.take(frames).count == 20_000)
    }
}
