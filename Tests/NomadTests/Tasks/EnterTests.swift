import APIClient
import AdapterKit
import Conformance
import JSONDocument
import Testing
import Traffic

@testable import Nomad

/// Sessions in allocations that run.
@Suite(.timeLimit(.minutes(1)))
struct EnterTests {
    private func enter(
        _ stage: RolloutStage, in target: Session.Target = .any, _ words: [String],
        _ console: RecordingConsole = .init(), terminal: Bool = false
    ) async throws -> Int32 {
        let session = Session(
            app: App(name: try AppName("shop")), target: target, command: words, hasTerminal: terminal)
        return try await EnteredSession(server: stage.server, origin: "").enter(session, console: console).rawValue
    }

    @Test(arguments: [0, 1, 43, 255]) func theExitStatusComesBack(code: Int) async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        #expect(try await enter(stage, ["kit", "exit", "\(code)"]) == Int32(code))
    }

    @Test func inputEndsWhileOutputGoesOn() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let piece = (0..<60_000).map { UInt8($0 % 251) }
        let console = RecordingConsole(input: [.bytes(piece), .bytes(piece)])
        #expect(try await enter(stage, ["kit", "cat"], console) == 0)
        #expect(console.outputBytes == piece + piece)
    }

    @Test func streamsStayApartAndATerminalHasItsSize() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let apart = RecordingConsole()
        _ = try await enter(stage, ["kit", "error", "oh"], apart)
        #expect(apart.error == "oh\n" && apart.output == "")
        let sized = RecordingConsole(staysOpen: true, terminal: TerminalSize(columns: 101, rows: 31))
        _ = try await enter(stage, ["sh", "-c", "kit sleep 30; kit size"], sized, terminal: true)
        #expect(sized.output == "31 101\r\n")
    }

    @Test func theInstanceThatWasMeant() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job(["web": (3, ["kit", "serve"])]))
        for allocation in try await stage.allocations() {
            let name = InstanceName(.web, (allocation.index ?? 0) + 1)
            _ = try await enter(stage, in: .instance(name: name), ["kit", "exit", "0"])
            #expect(stage.requests.last { $0.contains("/exec") }?.contains("/\(allocation.ID)/exec") == true)
            _ = try await enter(stage, in: .id(prefix: String(allocation.ID.prefix(8))), ["kit", "exit", "0"])
        }
        await #expect(throws: AdapterError.self) {
            _ = try await enter(stage, in: .instance(name: InstanceName(.web, 4)), ["kit", "exit", "0"])
        }
    }

    @Test func aProgramThatIsNotThere() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        let console = RecordingConsole()
        #expect(try await enter(stage, ["/bin/absent"], console) == 127)
        #expect(console.output == "" && !console.notes.isEmpty)
    }

    /// Nomad says why it ends a session in the WebSocket's last message.
    @Test func whyASessionWasRefused() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        stage.answering { request in
            guard request.target.contains("/exec") else { return nil }
            return .webSocket(AnswerHead(101)) { try await $0.send(.close(1008, "Permission denied")) }
        }
        let refused = await #expect(throws: APIFailure.self) { _ = try await enter(stage, ["kit", "exit", "0"]) }
        let failure = try #require(refused)
        let trouble = NomadTrouble.translate(failure, while: "enter shop") as? AdapterError
        #expect(trouble?.code == .denied)
        #expect(trouble?.message.contains("alloc-exec") == true)
        stage.answering { request in
            guard request.target.contains("/exec") else { return nil }
            return .webSocket(AnswerHead(101)) { try await $0.send(.close(1008, "task \"web\" is not running.")) }
        }
        let stopped = await #expect(throws: AdapterError.self) { _ = try await enter(stage, ["kit", "exit", "0"]) }
        #expect(stopped?.details == ["Nomad said: task \"web\" is not running."])
    }

    @Test func aSessionThatIsCutIsNoSuccess() async throws {
        let stage = try await RolloutStage()
        try await stage.deploy(RolloutStage.job())
        stage.answering { request in
            guard request.target.contains("/exec") else { return nil }
            return .webSocket(AnswerHead(101)) { try await $0.send(.text(#"{"stdout":{"data":"aGVsbG8K"}}"#)) }
        }
        let console = RecordingConsole()
        await #expect(throws: APIFailure.self) { _ = try await enter(stage, ["kit", "exit", "0"], console) }
        #expect(console.output == "hello\n")
    }

    @Test func anotherOnesJobIsNotEntered() async throws {
        let stage = try await RolloutStage()
        var job = RolloutStage.job()
        job["Meta"] = [:]
        _ = try await stage.server.send(NomadCalls.register(job, enforcing: 0))
        let error = await #expect(throws: AdapterError.self) { _ = try await enter(stage, ["kit", "exit", "0"]) }
        #expect(error?.code == .conflict)
    }
}
