import TestSupport
import Testing

@testable import APIClient

/// A clock that never waits and remembers for how long it was asked to.
private final class InstantClock: Clock, @unchecked Sendable {
    struct Instant: InstantProtocol {
        var offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (left: Instant, right: Instant) -> Bool { left.offset < right.offset }
    }

    private let state = Guarded((now: Duration.zero, slept: [Duration]()))
    var slept: [Duration] { state.withLock { $0.slept } }
    var now: Instant { Instant(offset: state.withLock { $0.now }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        state.withLock { state in
            state.slept.append(deadline.offset - state.now)
            state.now = deadline.offset
        }
    }
}

struct RetryingTests {
    private func transport(_ server: ScriptedServer, _ clock: InstantClock) -> RetryingTransport {
        RetryingTransport(CurlTransport(endpoint: APIEndpoint(.unixSocket(server.path))), clock: clock)
    }

    @Test func aBusyServerIsAskedAgainAfterTheTimeItNames() async throws {
        let server = try ScriptedServer { number, _ in
            [number < 2 ? ScriptedServer.reply(429, headers: "Retry-After: 7\r\n") : ScriptedServer.reply(204)]
        }
        let clock = InstantClock()
        #expect(try await transport(server, clock).response(to: APIRequest(.post, "/x")).status == 204)
        #expect(clock.slept == [.seconds(7), .seconds(7)])
    }

    @Test func aBrokenConnectionIsTriedAgainForReadsOnly() async throws {
        let clock = InstantClock()
        let server = try ScriptedServer { number, _ in number < 2 ? [] : [ScriptedServer.reply(200)] }
        #expect(try await transport(server, clock).response(to: APIRequest(.get, "/x")).status == 200)
        #expect(clock.slept == [.milliseconds(200), .milliseconds(400)])
        let other = try ScriptedServer { _, _ in [] }
        await #expect(throws: APIFailure.self) {
            try await transport(other, InstantClock()).response(to: APIRequest(.post, "/x"))
        }
        #expect(other.requests.count == 1, "a request that may have been carried out is not sent twice")
    }

    @Test func aPatchThatSaysItIsIdempotentIsTriedAgain() async throws {
        let server = try ScriptedServer { number, _ in number < 1 ? [] : [ScriptedServer.reply(200)] }
        let apply = APIRequest(.patch, "/x", isIdempotent: true)
        #expect(try await transport(server, InstantClock()).response(to: apply).status == 200)
        let other = try ScriptedServer { _, _ in [] }
        await #expect(throws: APIFailure.self) {
            try await transport(other, InstantClock()).response(to: APIRequest(.patch, "/x"))
        }
        #expect(other.requests.count == 1)
    }

    @Test func aBusyServerIsAskedAgainForStreamsAndUpgradesToo() async throws {
        let server = try ScriptedServer { number, _ in
            number == 0
                ? [ScriptedServer.reply(429, headers: "Retry-After: 3\r\n")]
                : [.send("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"), .hang]
        }
        let clock = InstantClock()
        _ = try await transport(server, clock).upgrade(APIRequest(.post, "/x", timeouts: .untilItEnds))
        let other = try ScriptedServer { number, _ in
            [number == 0 ? ScriptedServer.reply(429, headers: "Retry-After: 3\r\n") : ScriptedServer.reply(200, "yes")]
        }
        #expect(try await transport(other, clock).stream(APIRequest(.get, "/x")).head.status == 200)
        #expect(clock.slept == [.seconds(3), .seconds(3)])
    }

    @Test func patienceEnds() async throws {
        let server = try ScriptedServer { _, _ in [ScriptedServer.reply(503)] }
        let clock = InstantClock()
        #expect(try await transport(server, clock).response(to: APIRequest(.get, "/x")).status == 503)
        #expect(server.requests.count == 4)
    }

    @Test func aServerThatWasThereIsWaitedFor() async throws {
        let clock = InstantClock()
        let server = try ScriptedServer { number, _ in (1..<9).contains(number) ? [] : [ScriptedServer.reply(200)] }
        let patient = RetryingTransport(
            CurlTransport(endpoint: APIEndpoint(.unixSocket(server.path))),
            policy: RetryPolicy(longestOutage: .seconds(60)), clock: clock)
        #expect(try await patient.response(to: APIRequest(.get, "/x")).status == 200)
        #expect(try await patient.response(to: APIRequest(.get, "/x")).status == 200)
        #expect(server.requests.count == 10)
        await #expect(throws: APIFailure.self) {
            try await RetryingTransport(
                CurlTransport(endpoint: APIEndpoint(.unixSocket("/none"))),
                policy: RetryPolicy(longestOutage: .seconds(60)), clock: clock
            ).response(to: APIRequest(.get, "/x"))
        }
        #expect(clock.slept.count == 8, "one that never answered is not waited for")
    }

    @Test func whatWasNeverSentMayBeSentAgain() {
        let policy = RetryPolicy(longestOutage: .seconds(60))
        let refused = APIFailure.unreachable(endpoint: "x", reason: .refused)
        let broken = APIFailure.interrupted(call: "x", reason: "x")
        let post = APIRequest(.post, "/x")
        #expect(policy.pause(inOutage: refused, of: post, attempt: 9, .seconds(59)) == .seconds(2))
        #expect(policy.pause(inOutage: refused, of: post, attempt: 9, .seconds(60)) == nil)
        #expect(policy.pause(inOutage: broken, of: post, attempt: 1, .zero) == nil)
        #expect(RetryPolicy().pause(inOutage: refused, of: post, attempt: 1, .zero) == nil)
    }

    @Test func aServerInTroubleThatAsksForAnotherTry() {
        let policy = RetryPolicy()
        let head = ResponseHead(status: 500, headers: [HTTPHeader("Retry-After", "1")])
        #expect(policy.pause(after: head, to: APIRequest(.get, "/x"), attempt: 1) == .seconds(1))
        #expect(policy.pause(after: head, to: APIRequest(.post, "/x"), attempt: 1) == nil)
        #expect(policy.pause(after: .init(status: 500, headers: []), to: APIRequest(.get, "/x"), attempt: 1) == nil)
    }

    @Test func clientErrorsAreTakenAsTheyAre() async throws {
        let server = try ScriptedServer { _, _ in [ScriptedServer.reply(404)] }
        _ = try await transport(server, InstantClock()).response(to: APIRequest(.get, "/x"))
        #expect(server.requests.count == 1)
    }
}

struct RedactionTests {
    @Test func aLogLineHasNoSecretAndNoBody() {
        let request = APIRequest(
            .post, "/x", query: [QueryItem("token", "s3cret"), QueryItem("name", "shop")],
            headers: [HTTPHeader("Authorization", "s3cret")], body: .init(bytes: Array("s3cret".utf8), contentType: "x")
        )
        #expect(request.loggable == "POST /x?token=%2A%2A%2A&name=shop")
    }

    @Test func addressesLoseUserAndPassword() {
        #expect(Redaction.withoutUserInfo("http://user:pw@host:1/x@y") == "http://host:1/x@y")
        #expect(Redaction.withoutUserInfo("http://host/x@y") == "http://host/x@y")
        #expect(APIEndpoint(.url("https://u:p@h")).name == "https://h")
    }
}

struct LineSplitterTests {
    @Test func linesAreTheSameHoweverTheBytesCome() {
        let bytes = Array("one\n\ntwo\r\nthree".utf8)
        for size in 1...bytes.count {
            var splitter = LineSplitter()
            var lines: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                lines += splitter.lines(adding: bytes[start..<min(start + size, bytes.count)]).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            if let rest = splitter.remainder() { lines.append(String(decoding: rest, as: UTF8.self)) }
            #expect(lines == ["one", "", "two\r", "three"])
        }
    }

    @Test func aLineWithoutEndIsHandedOnInPieces() {
        var splitter = LineSplitter()
        let lines = splitter.lines(adding: [UInt8](repeating: 65, count: LineSplitter.longest * 2 + 1))
        #expect(lines.map(\.count) == [LineSplitter.longest, LineSplitter.longest])
    }
}
