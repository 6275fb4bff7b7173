import APIClient
import JSONDocument
import Loopback
import Testing
import Traffic

@testable import Scenarios

/// A server that counts, streams and talks, as the real ones do.
private actor Counting: Answering {
    private var count = 0

    func answer(_ request: ServedRequest) -> Answer {
        switch request.path {
        case "/count":
            count += 1
            return .json(200, ["count": .integer(count), "who": .string(request.header("authorization") ?? "nobody")])
        case "/stream":
            return .stream(AnswerHead(200, [HTTPField("Content-Type", "application/json")])) { write in
                for state in ["a", "a", "b", "c"] { try await write(Array("{\"state\":\"\(state)\"}\n".utf8)) }
            }
        case "/talk":
            return .webSocket(AnswerHead(101, [HTTPField("Sec-WebSocket-Protocol", "v4.channel.k8s.io")])) { messages in
                try await messages.send(.binary([1]))
                while case .binary(let bytes)? = try await messages.receive() {
                    try await messages.send(.binary([1] + bytes.dropFirst()))
                    if bytes.dropFirst().elementsEqual("end".utf8) { break }
                }
                try await messages.send(.binary([3] + Array(#"{"status":"Success"}"#.utf8)))
                try await messages.send(.close(1000, ""))
            }
        default: return .json(404, ["path": .string(request.path)])
        }
    }
}

@Suite(.timeLimit(.minutes(1)))
struct RunnerTests {
    private func run(_ steps: String) async throws -> [Exchange] {
        let server = try await LoopbackServer.start(at: .tcp(host: "127.0.0.1", port: 0), answering: Counting())
        guard case .tcp(_, let port) = server.address else { return [] }
        let endpoint = APIEndpoint(
            .url("http://127.0.0.1:\(port)"), headers: [HTTPHeader("Authorization", "Bearer hush-hush")],
            usesProxy: false)
        let scenario = try Scenario(
            parsing: Array(#"{"title": "t", "purpose": "p", "steps": \#(steps)}"#.utf8))
        let exchanges = try await ScenarioRunner(endpoint, rules: .kubernetes, secrets: ["token": "hush-hush"])
            .exchanges(of: scenario)
        withExtendedLifetime(server) {}
        return exchanges
    }

    @Test func aPollIsRecordedOnce() async throws {
        let made = try await run(
            #"[{"path": "/count", "until": {"pointer": "/count", "equals": 3, "every": 0.01}}, {"path": "/count"}]"#)
        #expect(made.map { $0.response.body.json?["count"] } == [3, 4])
        #expect(made[0].request.headers == [HTTPField("Authorization", "Bearer ‹secret:token›")])
        #expect(made[0].response.body.json?["who"] == "Bearer ‹secret:token›")
    }

    @Test func anAnswerThatIsNotExpectedEndsTheStory() async {
        await #expect(throws: ScenarioProblem.self) { try await run(#"[{"name": "look", "path": "/nowhere"}]"#) }
    }

    @Test func framesThatSayTheSameAreLeftOut() async throws {
        let made = try await run(
            #"[{"path": "/stream", "stream": {"distinct": ["/state"], "until": {"pointer": "/state", "equals": "b"}}}]"#
        )
        #expect(made[0].response.frames.map { $0.content.json?["state"] } == ["a", "b"])
    }

    @Test func aWebSocketsChannelsAreTakenApart() async throws {
        let made = try await run(
            #"[{"path": "/talk", "webSocket": {"protocol": "v4.channel.k8s.io", "lines": "#
                + #"[{"channel": "stdin", "text": "one"}, {"wait": "one"}, {"channel": "stdin", "text": "end"}]}}]"#)
        #expect(
            made[0].response.frames.map(\.channel) == [
                "stdout", "stdin", "stdout", "stdin", "stdout", "error", "close",
            ])
        #expect(made[0].request.headers.contains(HTTPField("Sec-WebSocket-Protocol", "v4.channel.k8s.io")))
    }
}
