import APIClient
import JSONDocument
import Testing
import Traffic

@testable import Fakes

struct CalibrationTests {
    private struct Scripted: Answering {
        var reply: @Sendable (ServedRequest) async -> Answer
        func answer(_ request: ServedRequest) async -> Answer { await reply(request) }
    }

    private func recording(_ exchanges: [Exchange]) -> Recording {
        Recording(
            title: "calibration", provenance: .derived, server: .init(product: "test", version: "1"),
            recorded: "2026-11-22", creator: "1", redaction: 1, exchanges: exchanges)
    }

    private let old = "8971a9ea-9c84-794a-56a7-2906f1242a0d"
    private let new = "11111111-2222-3333-4444-555555555555"

    @Test func anIdentityIsLearnedAndUsedInLaterRequests() async {
        let new = new
        let fake = Scripted { request in
            switch request.path {
            case "/make": .json(200, ["EvalID": .string(new), "JobModifyIndex": 7])
            case "/eval/\(new)" where request.query("index") == "7": .json(200, ["ID": .string(new)])
            default: .text(404, "not here")
            }
        }
        let findings = await Calibration(fake, patience: 0.2).play(
            recording([
                Exchange(
                    step: "", request: RequestRecord("POST", "/make"),
                    response: ResponseRecord(200, body: .json(["EvalID": .string(old), "JobModifyIndex": 38]))),
                Exchange(
                    step: "",
                    request: RequestRecord("GET", "/eval/\(old)", query: [.init(name: "index", value: "38")]),
                    response: ResponseRecord(200, body: .json(["ID": .string(old)]))),
            ]))
        #expect(findings.isEmpty, "\(findings)")
    }

    @Test func aWrongAnswerIsFound() async {
        let fake = Scripted { request in
            switch request.path {
            case "/field": .json(200, ["Id": "x"])
            case "/type": .json(200, ["Count": "1"])
            case "/status": .json(201, [:])
            case "/text": .text(500, "something else")
            default: .json(200, [:])
            }
        }
        func expected(_ path: String, _ status: Int, _ body: RecordedBody) -> Exchange {
            Exchange(step: "", request: RequestRecord("GET", path), response: ResponseRecord(status, body: body))
        }
        let findings = await Calibration(fake, patience: 0.05).play(
            recording([
                expected("/field", 200, .json(["Id": "x", "Name": "y"])), expected("/type", 200, .json(["Count": 1])),
                expected("/status", 200, .json([:])), expected("/text", 500, .text("permission denied")),
                expected("/fine", 200, .json([:])),
            ]))
        #expect(findings.filter(\.isBreaking).map(\.number) == [1, 2, 3, 4])
    }

    @Test func anAnswerThatNeverComesDoesNotHoldUpATest() async {
        let fake = Scripted { _ in
            // Deaf to being cancelled.
            await Task { try? await Task.sleep(for: .seconds(30)) }.value
            return .empty()
        }
        let findings = await Calibration(fake, patience: 0.1).play(
            recording([
                Exchange(step: "", request: RequestRecord("GET", "/"), response: ResponseRecord(200))
            ]))
        #expect(findings.map(\.isBreaking) == [true])
    }

    @Test func aConversationIsPlayedFromBothSides() async {
        let fake = Scripted { request in
            .webSocket(AnswerHead(101)) { channel in
                guard case .text(let said)? = try await channel.receive(), said.contains("close") else { return }
                try await channel.send(.text(request.path == "/right" ? "{\"exited\":true}" : "{\"gone\":true}"))
            }
        }
        func conversation(_ path: String) -> Exchange {
            Exchange(
                step: "", request: RequestRecord("GET", path),
                response: ResponseRecord(
                    101, upgrade: "websocket",
                    frames: [
                        Frame(.sent, "ws-text", .json(["stdin": ["close": true]])),
                        Frame(.received, "ws-text", .json(["exited": true])),
                    ]))
        }
        let findings = await Calibration(fake, patience: 0.5).play(
            recording([conversation("/right"), conversation("/wrong")]))
        #expect(findings.filter(\.isBreaking).map(\.number) == [2])
    }

    @Test func aStreamThatGoesOnIsHeardAsLongAsItWasRecorded() async {
        let fake = Scripted { _ in
            .stream(AnswerHead(200)) { piece in
                while true {
                    try await piece(Array("{\"Data\":\"eA==\"}\n".utf8))
                    try await Task.sleep(for: .milliseconds(1))
                }
            }
        }
        let frame = Frame(.received, "raw", .json(["Data": "eQ=="]))
        let findings = await Calibration(fake, patience: 1).play(
            recording([
                Exchange(
                    step: "", request: RequestRecord("GET", "/logs"),
                    response: ResponseRecord(200, frames: [frame, frame]))
            ]))
        #expect(findings.isEmpty, "\(findings)")
    }
}
