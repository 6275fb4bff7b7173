import JSONDocument
import TestSupport
import Testing
import Traffic

@testable import Fakes

/// The fake against what a real Nomad 1.1.0 answered.
struct NomadCalibrationTests {
    static let speed = 10.0

    /// What the recorded programs are in words that the fake's programs know.
    static let commands: @Sendable ([String]) -> [String] = { words in
        let script = words.last ?? ""
        if script.contains("exec httpd") { return ["kit", "serve"] }
        if script.hasPrefix("while true") { return ["kit", "sleep"] }
        return words
    }

    static func fake(_ change: (inout NomadFake.Setup) -> Void = { _ in }) -> NomadFake {
        var setup = NomadFake.Setup()
        setup.speed = speed
        setup.images = ["bb:1"]
        setup.command = commands
        change(&setup)
        return NomadFake(setup)
    }

    static func calibration(_ fake: any Answering) -> Calibration {
        var calibration = Calibration(
            fake, patience: 3, awaited: ["Status", "HealthyAllocs", "PlacedAllocs", "JobVersion"])
        calibration.settled = ["successful", "failed", "dead"]
        return calibration
    }

    static func recording(_ name: String) throws -> Recording {
        try Recording(har: Fixtures.bytes("nomad/1.1.0/\(name).har"))
    }

    /// What no fake can be held to, and why.
    private static let excused = [
        // The recording machine's kernel lost a race while a container was started again, once.
        "canary": ["[].TaskStates.*.Events[].Details.driver_error"]
    ]

    @Test(arguments: ["cluster", "deploy", "failures", "batch", "exec", "canary"])
    func aRealServersAnswersHaveTheSameShape(name: String) async throws {
        let findings = await Self.calibration(Self.fake()).play(try Self.recording(name))
        let excused = Self.excused[name] ?? []
        let breaking = findings.filter { finding in
            finding.differences.contains { $0.kind == .breaking && !excused.contains($0.place) }
        }
        #expect(breaking.isEmpty, "\(breaking)")
    }

    @Test func tokensAndPoliciesAreTheSame() async throws {
        var calibration = Self.calibration(Self.fake { $0.hasACL = true })
        // Nobody was given these two, so no answer tells what they are.
        calibration.substitutions = [
            "‹secret:token#3›": "00000000-dead-beef-0000-000000000000", "‹secret:token#4›": "not-a-token",
        ]
        let breaking = await calibration.play(try Self.recording("acl")).filter(\.isBreaking)
        #expect(breaking.isEmpty, "\(breaking)")
    }

    @Test func aFakeThatAnswersDifferentlyIsFound() async throws {
        /// Forgets a field, and tells a refusal in other words.
        struct Forgetful: Answering {
            let fake: NomadFake

            func answer(_ request: ServedRequest) async -> Answer {
                let answer = await fake.answer(request)
                guard case .whole(let head, let body) = answer else { return answer }
                if request.path == "/v1/nodes", var node = try? JSONValue(parsing: body).items?.first {
                    node["SchedulingEligibility"] = nil
                    return .json(200, [node], headers: head.headers)
                }
                if request.path.hasSuffix("not-a-uuid") { return .text(400, "no such allocation") }
                return answer
            }
        }
        var calibration = Self.calibration(Forgetful(fake: Self.fake()))
        calibration.patience = 0.2
        let breaking = await calibration.play(try Self.recording("cluster")).filter(\.isBreaking)
        #expect(breaking.map(\.request) == ["GET /v1/nodes", "GET /v1/allocation/not-a-uuid"])
    }
}
