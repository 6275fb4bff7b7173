import APIClient
import AdapterKit
import JSONDocument
import Testing

@testable import Nomad

/// What a deploy would change, asked of a server.
@Suite(.timeLimit(.minutes(1)))
struct ComparisonTests {
    private let stage: RolloutStage
    private let settings: NomadSettings

    init() async throws {
        stage = try await RolloutStage { setup in
            setup.version = "1.10.0"
            setup.images = nil
        }
        settings = try PlanStage.settings()
    }

    private func comparing(_ deployment: Deployment) async throws -> PlanComparison {
        let facts = try await ServerFacts.read(stage.server, deployment.app.name, settings)
        return PlanComparison(
            server: stage.server, plan: try NomadPlan(deployment, settings, facts), facts: facts,
            mask: SecretMask(config: deployment.environment))
    }

    /// Has the server take what is planned.
    private func register(_ deployment: Deployment) async throws {
        let plan = try await comparing(deployment).plan
        for variable in [plan.variable].compactMap({ $0 }) + (plan.cronJobs ?? []).compactMap(\.variable) {
            let before = try await stage.server.send(NomadCalls.variable(variable.path))?.ModifyIndex ?? 0
            _ = try await stage.server.send(
                NomadCalls.putVariable(variable.path, items: variable.items, enforcing: before))
        }
        for job in [plan.job] + (plan.cronJobs ?? []).map(\.job) {
            _ = try await stage.server.send(NomadCalls.register(job, enforcing: nil))
        }
    }

    @Test(arguments: ["tiny", "shop", "everything"]) func whatIsLiveIsKept(_ name: String) async throws {
        let deployment = try PlanStage.deployment(name)
        let first = try await comparing(deployment).comparison()
        #expect(!first.parts.isEmpty && first.parts.allSatisfy { $0.change == .create })
        try await register(deployment)
        var again = deployment
        again.id = try DeploymentID("another")
        let second = try await comparing(again).comparison()
        #expect(second.isUnchanged, "\(second.parts)")
    }

    @Test func whatDiffersIsShownWithoutSecrets() async throws {
        try await register(try PlanStage.deployment("everything"))
        var changed = try PlanStage.deployment("everything")
        changed.environment["DATABASE_URL"] = "postgres://user:another-password@db/shop"
        changed.processes[0].quantity = 4
        changed.cron = []
        let comparison = try await comparing(changed).comparison()
        let job = try #require(comparison.parts.first { $0.name == "Job/everything" })
        #expect(job.change == .update && job.lines.contains("+ web.Count: 4"))
        #expect(!job.lines.contains { $0.contains(Meta.deployment) })
        #expect(!"\(comparison)".contains("password@"))
        let variable = try #require(comparison.parts.first { $0.name == "Variable/nomad/jobs/everything" })
        #expect(variable.change == .update && variable.lines.count == 1)
        #expect(comparison.parts.last?.change == .delete)
    }

    @Test func onOldServersValuesInTheJobAreMasked() async throws {
        let stage = try await RolloutStage { $0.images = nil }
        var deployment = try PlanStage.deployment("shop")
        var facts = try await ServerFacts.read(stage.server, deployment.app.name, settings)
        #expect(facts.version == NomadVersion(1, 1) && facts.datacenters == ["dc1"])
        _ = try await stage.server.send(
            NomadCalls.register(NomadPlan(deployment, settings, facts).job, enforcing: 0))
        deployment.environment["DATABASE_URL"] = "postgres://u:new-value@db/x"
        facts = try await ServerFacts.read(stage.server, deployment.app.name, settings)
        let comparison = try await PlanComparison(
            server: stage.server, plan: NomadPlan(deployment, settings, facts), facts: facts, mask: SecretMask([])
        ).comparison()
        let lines = comparison.parts.flatMap(\.lines)
        #expect(lines.contains("+ web.web.Env[DATABASE_URL]: ***"))
        #expect(!lines.contains { $0.contains("new-value") || $0.contains("postgres") })
    }

    @Test func anAgreementEndsWhenTheJobMoves() async throws {
        let deployment = try PlanStage.deployment("shop")
        try await register(deployment)
        var changed = deployment
        changed.environment["GREETING"] = "hello"
        let token = try await comparing(changed).comparison().token
        var later = changed
        later.id = try DeploymentID("later")
        try await comparing(later).require(token)
        var moved = try await comparing(deployment).plan.job
        moved["Priority"] = 60
        _ = try await stage.server.send(NomadCalls.register(moved, enforcing: nil))
        let error = await #expect(throws: AdapterError.self) { try await comparing(later).require(token) }
        #expect(error?.code == .conflict && error?.details == ["Job/shop has changed meanwhile"])
    }

    @Test func aPlanNeedsNoServer() async throws {
        let context = AdapterContext(
            settings: Settings(plugin: "scheduler-nomad", values: ["address": "http://127.0.0.1:1"]), variables: [:],
            readFile: { _ in [] }, runOnHost: { _ in .success }, now: { 0 })
        let bytes = try await NomadAdapter(context).plan(PlanStage.deployment("everything"))
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("everything-cron-") && !text.contains("canary-password"))
    }

    /// Who may not ask the agent is told by what the servers can.
    @Test(arguments: [("1.1.0", 1), ("1.3.1", 3), ("1.10.0", 4)])
    func versionsAreFoundOutWithoutTheRight(_ version: String, minor: Int) async throws {
        let stage = try await RolloutStage { $0.version = version }
        stage.answering { request in
            request.target.hasPrefix("/v1/agent/self") ? .text(403, "Permission denied") : nil
        }
        #expect(try await ServerVersion.read(stage.server).version == NomadVersion(1, minor))
    }
}
