import APIClient
import AdapterKit
import Conformance
import TestSupport
import Testing

@testable import Kubernetes

/// Sessions in pods that run.
@Suite(.timeLimit(.minutes(1)))
struct EnterTests {
    private func enter(
        _ stage: PodStage, in target: Session.Target = .any, _ words: [String], _ console: RecordingConsole = .init(),
        terminal: Bool = false
    ) async throws -> Int32 {
        let session = Session(
            app: App(name: try AppName("shop")), target: target, command: words, hasTerminal: terminal)
        return try await EnteredSession(cluster: stage.cluster, origin: "").enter(session, console: console).rawValue
    }

    @Test(arguments: [0, 1, 43, 255]) func theExitStatusComesBack(code: Int) async throws {
        let stage = try await PodStage()
        try await stage.deploy()
        #expect(try await enter(stage, ["kit", "exit", "\(code)"]) == Int32(code))
    }

    @Test func inputEndsWhileOutputGoesOn() async throws {
        let stage = try await PodStage()
        try await stage.deploy()
        let piece = (0..<60_000).map { UInt8($0 % 251) }
        let console = RecordingConsole(input: [.bytes(piece), .bytes(piece)])
        #expect(try await enter(stage, ["kit", "cat"], console) == 0)
        #expect(console.outputBytes == piece + piece)
    }

    @Test func streamsStayApartAndATerminalHasItsSize() async throws {
        let stage = try await PodStage()
        try await stage.deploy()
        let apart = RecordingConsole()
        _ = try await enter(stage, ["kit", "error", "oh"], apart)
        #expect(apart.error == "oh\n" && apart.output == "")
        let sized = RecordingConsole(staysOpen: true, terminal: TerminalSize(columns: 101, rows: 31))
        _ = try await enter(stage, ["sh", "-c", "kit sleep 30; kit size"], sized, terminal: true)
        #expect(sized.output == "31 101\r\n")
    }

    @Test func theInstanceThatWasMeant() async throws {
        let stage = try await PodStage()
        try await stage.deploy(count: 3)
        let pods = InstanceNames.of(await stage.pods())
        for pod in pods {
            _ = try await enter(stage, in: .instance(name: pod.name), ["kit", "exit", "0"])
            #expect(stage.requests.last { $0.contains("/exec") }?.contains("/\(pod.pod.metadata.name)/exec") == true)
        }
        _ = try await enter(stage, in: .id(prefix: pods[1].pod.metadata.name), ["kit", "exit", "0"])
        #expect(stage.requests.last { $0.contains("/exec") }?.contains(pods[1].pod.metadata.name) == true)
        await #expect(throws: AdapterError.self) {
            _ = try await enter(stage, in: .instance(name: InstanceName(.web, 4)), ["kit", "exit", "0"])
        }
    }

    @Test func nothingRunsOrNothingIsSuch() async throws {
        let stage = try await PodStage()
        await #expect {
            _ = try await enter(stage, ["true"])
        } throws: { ($0 as? AdapterError)?.message == "No containers found for app" }
        try await stage.deploy()
        let console = RecordingConsole()
        let status = try await enter(stage, ["no-such-program"], console)
        #expect([126, 127].contains(status))
    }

    @Test func buildersProgramsComeFirst() {
        #expect(ImageFacts.Kind.herokuish.starting(["ls"]) == ["/exec", "ls"])
        #expect(ImageFacts.Kind.pack.starting(["ls"]) == ["launcher", "ls"])
        #expect(ImageFacts.Kind.dockerfile.starting(["ls"]) == ["ls"])
    }

    // MARK: servers before 1.30

    private static let head =
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n"
        + "X-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n"

    @Test func anOldServerIsSpokenToInSPDY() async throws {
        let failure =
            #"{"status":"Failure","details":{"causes":[{"reason":"ExitCode","message":"43"}]},"message":"no"}"#
        let server = try ScriptedServer { number, _ in
            guard number > 0 else { return [ScriptedServer.reply(403, "unknown protocol")] }
            return [
                .send(Self.head), .wait(milliseconds: 50),
                // A ping of the server's, output in two pieces, the exit.
                .sendBytes(SPDYFrame.ping(2)), .sendBytes(SPDYFrame.data(5, Array("he".utf8))),
                .sendBytes(Array(SPDYFrame.data(5, Array("llo".utf8), isLast: true))),
                .sendBytes(SPDYFrame.data(7, [], isLast: true)),
                .sendBytes(SPDYFrame.data(1, Array(failure.utf8), isLast: true)), .hang,
            ]
        }
        let cluster = Cluster(
            client: APIClient(transport: CurlTransport(endpoint: APIEndpoint(.unixSocket(server.path)))),
            namespace: "here", name: "old")
        let console = RecordingConsole(input: [.bytes([1, 2, 3])])
        let status = try await ExecSession(cluster: cluster, pod: "p", container: "web").run(
            ["cat"], hasTerminal: false, console: console)
        #expect(status.rawValue == 43)
        #expect(console.output == "hello")
        #expect(server.requests[0].hasPrefix("GET /api/v1/namespaces/here/pods/p/exec?command=cat&container=web"))
        #expect(server.requests[0].contains("Sec-WebSocket-Protocol: v5.channel.k8s.io\r\n"))
        #expect(server.requests[1].hasPrefix("POST /api/v1/namespaces/here/pods/p/exec"))
    }

    @Test func spdyFramesAreWhatTheyShould() {
        #expect(SPDYFrame.data(3, [], isLast: true) == [0, 0, 0, 3, 1, 0, 0, 0])
        let open = SPDYFrame.open(1, headers: [("streamtype", "error")], isFirst: true)
        #expect(open.prefix(4) == [0x80, 3, 0, 1])
        #expect(open.count == 8 + 10 + 2 + 5 + 27 + 5)
        var decoder = SPDYDecoder()
        let bytes =
            SPDYFrame.data(9, [1, 2]) + SPDYFrame.ping(4) + [0x80, 3, 0, 7, 0, 0, 0, 8] + [0, 0, 0, 0, 0, 0, 0, 0]
        var frames: [SPDYFrame] = []
        for byte in bytes { frames += decoder.take([byte]) }
        #expect(frames == [.data(stream: 9, [1, 2], isLast: false), .ping(4), .goodbye])
    }

    @Test func whatServersSayOfAnEnd() throws {
        #expect(try RemoteExit(Array(#"{"metadata":{},"status":"Success"}"#.utf8)) == .status(.success))
        let text = "failed to exec in container: exec: \\\"x\\\": executable file not found in $PATH: unknown"
        let said = #"{"status":"Failure","message":"\#(text)","reason":"InternalError","code":500}"#
        guard case .trouble(let message) = try RemoteExit(Array(said.utf8)) else {
            Issue.record("it is no trouble")
            return
        }
        #expect(RuntimeComplaint.status(message)?.rawValue == 127)
        #expect(throws: APIFailure.self) { try RemoteExit([1, 2]) }
    }
}
