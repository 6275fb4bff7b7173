import APIClient
import TestSupport
import Testing

@testable import DockerEngine

struct VersionTests {
    @Test func anEngineThatWeKnowIsAskedOnce() async throws {
        let server = try ScriptedServer { _, head in
            head.contains("/_ping")
                ? [ScriptedServer.reply(200, "OK", headers: "Api-Version: 1.41\r\n")]
                : [ScriptedServer.reply(200, "[]")]
        }
        let engine = try await DockerEngine.connect(to: APIEndpoint(.unixSocket(server.path))) { $0 }
        _ = try await engine.send(.containers(["label": ["a"]]))
        #expect(server.requests.count == 2)
        #expect(server.requests[1].contains("GET /v1.41/containers/json"))
    }

    /// Answers `/version` as an engine that speaks `oldest` to `newest`, then lists no containers.
    private func server(newest: String, oldest: String) throws -> ScriptedServer {
        try ScriptedServer { _, head in
            head.contains(" /version ")
                ? [
                    ScriptedServer.reply(
                        200, #"{"Version":"9","ApiVersion":"\#(newest)","MinAPIVersion":"\#(oldest)","Arch":"amd64"}"#)
                ]
                : [ScriptedServer.reply(200, "[]")]
        }
    }

    @Test(arguments: [("1.41", "1.12", "v1.41"), ("1.99", "1.40", "v1.51"), ("1.70", "1.60", "v1.60")])
    func theNewestVersionThatBothKnowIsSpoken(_ newest: String, _ oldest: String, _ spoken: String) async throws {
        let server = try server(newest: newest, oldest: oldest)
        let engine = try await DockerEngine.connect(to: APIEndpoint(.unixSocket(server.path))) { $0 }
        #expect(try await engine.send(.containers(["label": ["a"]])).isEmpty)
        #expect(server.requests.count == 3)
        #expect(server.requests[2].contains("GET /\(spoken)/containers/json"))
    }

    @Test func anEngineThatIsTooOldIsNamed() async throws {
        let server = try server(newest: "1.24", oldest: "1.12")
        await #expect(throws: EngineTooOld.self) {
            _ = try await DockerEngine.connect(to: APIEndpoint(.unixSocket(server.path))) { $0 }
        }
    }
}

struct MultiplexedStreamTests {
    private let bytes: [UInt8] =
        [1, 0, 0, 0, 0, 0, 0, 3] + Array("out".utf8) + [2, 0, 0, 0, 0, 0, 0, 0] + [2, 0, 0, 0, 0, 0, 0, 5]
        + Array("error".utf8)

    @Test func everySplitGivesTheSamePayloads() throws {
        for size in 1...bytes.count {
            var stream = MultiplexedStream()
            var texts: [MultiplexedStream.Channel: [UInt8]] = [:]
            for start in stride(from: 0, to: bytes.count, by: size) {
                for frame in try stream.take(Array(bytes[start..<min(start + size, bytes.count)])) {
                    texts[frame.channel, default: []] += frame.bytes
                }
            }
            #expect(texts == [.output: Array("out".utf8), .error: Array("error".utf8)], "pieces of \(size)")
        }
    }

    @Test func wholeFramesAreHeldUntilComplete() throws {
        for size in 1...bytes.count {
            var stream = MultiplexedStream()
            var frames: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                frames += try stream.take(Array(bytes[start..<min(start + size, bytes.count)]), whole: true)
                    .map { String(decoding: $0.bytes, as: UTF8.self) }
            }
            #expect(frames == ["out", "error"], "pieces of \(size)")
        }
    }

    @Test(arguments: [[9, 0, 0, 0, 0, 0, 0, 1], [1, 0, 1, 0, 0, 0, 0, 1], Array("plain te".utf8)] as [[UInt8]])
    func aHeadThatIsNoneIsMalformed(_ head: [UInt8]) {
        var stream = MultiplexedStream()
        #expect(throws: MultiplexedStream.Malformed.self) { _ = try stream.take(head) }
    }
}

struct AddressTests {
    private func endpoint(_ host: String?, tls: Bool = false) throws -> APIEndpoint {
        try EngineAddress.endpoint(host: host, verifyTLS: tls, certificateFolder: "/certs") { Array($0.utf8) }
    }

    @Test func addresses() throws {
        #expect(try endpoint(nil).address == .unixSocket("/var/run/docker.sock"))
        #expect(try endpoint("").address == .unixSocket("/var/run/docker.sock"))
        #expect(try endpoint("unix:///run/x.sock").address == .unixSocket("/run/x.sock"))
        #expect(try endpoint("tcp://10.0.0.1:2375").address == .url("http://10.0.0.1:2375"))
        let secure = try endpoint("tcp://10.0.0.1:2376", tls: true)
        #expect(secure.address == .url("https://10.0.0.1:2376"))
        #expect(secure.tls.clientKey == Array("/certs/key.pem".utf8))
    }

    @Test(arguments: ["ssh://host", "nonsense", "npipe:////./pipe/docker"])
    func otherSchemesAreRefused(_ host: String) {
        #expect(throws: EngineAddress.Problem.scheme(host)) { _ = try endpoint(host) }
    }

    @Test func aPathLongerThanASocketsMayBeIsRefused() {
        let path = "/" + String(repeating: "x", count: 120)
        #expect(throws: EngineAddress.Problem.longPath(path)) { _ = try endpoint("unix://" + path) }
    }
}
