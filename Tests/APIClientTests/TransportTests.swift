import Foundation
import TestSupport
import Testing

@testable import APIClient

/// libcurl against servers that behave in every way a server can.
struct TransportTests {
    private func client(_ server: ScriptedServer) -> APIClient {
        APIClient(
            transport: PrefixedTransport(CurlTransport(endpoint: APIEndpoint(.unixSocket(server.path))), prefix: "/v1"))
    }

    private struct Thing: Decodable, Sendable, Equatable { var name: String }

    @Test func aCallIsSentAndItsAnswerDecoded() async throws {
        let server = try ScriptedServer { _, _ in [ScriptedServer.reply(200, #"{"name":"x"}"#)] }
        let call = APICall<Thing>(
            APIRequest(.get, "/things", query: [QueryItem("q", "a b&c/ü")], headers: [HTTPHeader("X-A", "1")]))
        #expect(try await client(server).send(call) == Thing(name: "x"))
        let head = try #require(server.requests.first)
        #expect(head.hasPrefix("GET /v1/things?q=a%20b%26c%2F%C3%BC HTTP/1.1"))
        #expect(head.contains("X-A: 1"))
    }

    @Test func aBodyGoesWithItsTypeAndLength() async throws {
        let server = try ScriptedServer { _, _ in [.receive(7), ScriptedServer.reply(201)] }
        let call = APICall<Void>(APIRequest(.post, "/x", body: try .json(["a": 1])), expecting: [201])
        try await client(server).send(call)
        let head = try #require(server.requests.first).lowercased()
        #expect(head.contains("content-type: application/json"))
        #expect(head.contains("content-length: 7"))
        #expect(!head.contains("expect:"))
    }

    @Test func anUnexpectedStatusCarriesTheServersWords() async throws {
        let server = try ScriptedServer { _, _ in
            [ScriptedServer.reply(409, #"{"message":"name taken"}"#, headers: "Retry-After: 3\r\n")]
        }
        await #expect(
            throws: APIFailure.status(
                .init(
                    call: "GET /x", status: 409, message: "name taken", retryAfter: .seconds(3),
                    body: Array(#"{"message":"name taken"}"#.utf8)))
        ) { try await client(server).send(APICall<Thing>(APIRequest(.get, "/x"))) }
    }

    @Test(arguments: [
        "not http at all\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n{bad}",
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", "\u{0}\u{1}\u{2}\r\n\r\n",
    ])
    func garbageIsAnUnexpectedReply(_ text: String) async throws {
        let server = try ScriptedServer { _, _ in [.send(text)] }
        await #expect {
            try await client(server).send(APICall<Thing>(APIRequest(.get, "/x")))
        } throws: { error in
            if case .unexpectedReply? = error as? APIFailure { return true }
            return false
        }
    }

    @Test func aConnectionThatClosesInTheMiddleIsInterrupted() async throws {
        for text in ["", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"] {
            let server = try ScriptedServer { _, _ in [.send(text)] }
            await #expect {
                try await client(server).send(APICall<Thing>(APIRequest(.post, "/x")))
            } throws: { error in
                if case .interrupted? = error as? APIFailure { return true }
                return false
            }
        }
    }

    @Test func nobodyThere() async throws {
        let missing = APIClient(transport: CurlTransport(endpoint: APIEndpoint(.unixSocket("/nowhere/s"))))
        await #expect(throws: APIFailure.unreachable(endpoint: "unix:///nowhere/s", reason: .missing)) {
            try await missing.send(APICall<Thing>(APIRequest(.get, "/x")))
        }
        let refused = APIClient(transport: CurlTransport(endpoint: APIEndpoint(.url("http://127.0.0.1:1"))))
        await #expect(throws: APIFailure.unreachable(endpoint: "http://127.0.0.1:1", reason: .refused)) {
            try await refused.send(APICall<Thing>(APIRequest(.get, "/x")))
        }
    }

    @Test func aSilentServerRunsIntoTheTotalTimeout() async throws {
        let server = try ScriptedServer { _, _ in [.hang] }
        let request = APIRequest(.get, "/x", timeouts: Timeouts(total: .milliseconds(200)))
        await #expect(throws: APIFailure.timedOut(call: "GET /v1/x")) {
            try await client(server).send(APICall<Thing>(request))
        }
    }

    @Test func aStreamThatFallsSilentRunsIntoTheIdleTimeout() async throws {
        let server = try ScriptedServer { _, _ in
            [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n"), .hang]
        }
        let request = APIRequest(.get, "/x", timeouts: Timeouts(idle: .seconds(1), total: nil))
        let stream = try await client(server).stream(request)
        await #expect(throws: APIFailure.timedOut(call: "GET /v1/x")) { for try await _ in stream {} }
    }

    @Test func cancellingEndsTheRequestAtOnce() async throws {
        let server = try ScriptedServer { _, _ in [.hang] }
        let client = client(server)
        let task = Task { try await client.send(APICall<Thing>(APIRequest(.get, "/x", timeouts: .untilItEnds))) }
        while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func aSlowReaderHoldsTheServerUp() async throws {
        let chunk = [UInt8](repeating: 65, count: 1 << 20)
        let total = 64
        let server = try ScriptedServer { _, _ in
            [.send("HTTP/1.1 200 OK\r\nContent-Length: \(total << 20)\r\n\r\n")]
                + (0..<total).map { _ in .sendBytes(chunk) }
        }
        let stream = try await client(server).stream(APIRequest(.get, "/x", timeouts: .untilItEnds))
        var taken = 0
        // Memory of the process would tell of other tests as well; what the socket took can only have been ours.
        repeat {
            taken = server.bytesSent
            try await Task.sleep(for: .milliseconds(300))
        } while server.bytesSent != taken
        #expect(taken < 24 << 20, "unread bytes must not pile up")
        var count = 0
        for try await bytes in stream { count += bytes.count }
        #expect(count == total << 20)
    }

    @Test func interimAnswersArePassedOver() async throws {
        let server = try ScriptedServer { _, _ in
            [.send("HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\n"), ScriptedServer.reply(200, #"{"name":"late"}"#)]
        }
        #expect(try await client(server).send(APICall<Thing>(APIRequest(.get, "/x"))).name == "late")
    }
}

struct UpgradeTests {
    private func transport(_ server: ScriptedServer) -> CurlTransport {
        CurlTransport(endpoint: APIEndpoint(.unixSocket(server.path)))
    }

    @Test func bytesGoBothWaysAndTheWriterCanEndFirst() async throws {
        let server = try ScriptedServer { _, head in
            #expect(head.contains("Upgrade: tcp"))
            return [
                .receive(2), .send("HTTP/1.1 101 UPGRADED\r\nUpgrade: tcp\r\n\r\nhello "), .echo, .receive(5), .echo,
                .send("!"),
            ]
        }
        let connection = try await transport(server).upgrade(
            APIRequest(.post, "/x", body: .init(bytes: Array("{}".utf8), contentType: "application/json")))
        try await connection.write(Array("input".utf8))
        connection.closeWrite()
        var received: [UInt8] = []
        while let bytes = try await connection.read() { received += bytes }
        #expect(String(decoding: received, as: UTF8.self) == "hello {}input!")
    }

    @Test func aRefusalIsAStatus() async throws {
        let body = #"{"message":"no such exec"}"#
        let server = try ScriptedServer { _, _ in [ScriptedServer.reply(404, body)] }
        let failure = APIFailure.StatusFailure(
            call: "POST /x", status: 404, message: "no such exec", body: Array(body.utf8))
        await #expect(throws: APIFailure.status(failure)) {
            _ = try await transport(server).upgrade(APIRequest(.post, "/x"))
        }
    }

    @Test func anEndWithoutAnAnswerIsInterrupted() async throws {
        let server = try ScriptedServer { _, _ in [] }
        await #expect {
            _ = try await transport(server).upgrade(APIRequest(.post, "/x"))
        } throws: { error in
            if case .interrupted? = error as? APIFailure { return true }
            return false
        }
    }

    @Test func cancellingAReadEndsIt() async throws {
        let server = try ScriptedServer { _, _ in [.send("HTTP/1.1 101 X\r\n\r\n"), .hang] }
        let connection = try await transport(server).upgrade(APIRequest(.post, "/x"))
        let task = Task { try await connection.read() }
        try await Task.sleep(for: .milliseconds(20))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func manyMegabytesComeThroughWhole() async throws {
        let block = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let server = try ScriptedServer { _, _ in
            [.send("HTTP/1.1 101 X\r\n\r\n")] + (0..<256).map { _ in .sendBytes(block) }
        }
        let connection = try await transport(server).upgrade(APIRequest(.post, "/x"))
        var received: [UInt8] = []
        while let bytes = try await connection.read() { received += bytes }
        #expect(received.count == 256 * block.count)
        #expect(Array(received.suffix(block.count)) == block)
    }

    /// A head may arrive cut anywhere.
    @Test func everySplitOfAHeadIsUnderstood() {
        let request = APIRequest(.post, "/x")
        let bytes = Array("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 X\r\nA: b\r\n\r\nrest".utf8)
        for cut in 0...bytes.count {
            var head = UpgradeHead()
            var received: [UInt8] = []
            for part in [bytes[..<cut], bytes[cut...]] where !part.isEmpty {
                if case .stream(let rest) = head.take(part, of: request) { received += rest }
            }
            #expect(String(decoding: received, as: UTF8.self) == "rest", "cut at \(cut)")
        }
    }
}
