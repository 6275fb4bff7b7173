import APIClient
import AdapterKit
import JSONDocument
import Testing

@testable import Nomad

/// Descriptions, and cron tasks that are held back.
@Suite(.timeLimit(.minutes(1)))
struct InspectionTests {
    private func stage(_ version: String, deploying name: String) async throws -> (RolloutStage, NomadSettings) {
        let stage = try await RolloutStage { setup in
            setup.version = version
            setup.images = nil
        }
        let settings = try PlanStage.settings()
        let deployment = try PlanStage.deployment(name)
        let facts = try await ServerFacts.read(stage.server, deployment.app.name, settings)
        let plan = try NomadPlan(deployment, settings, facts)
        for variable in [plan.variable].compactMap({ $0 }) + (plan.cronJobs ?? []).compactMap(\.variable) {
            _ = try await stage.server.send(NomadCalls.putVariable(variable.path, items: variable.items, enforcing: 0))
        }
        for job in [plan.job] + (plan.cronJobs ?? []).map(\.job) {
            _ = try await stage.server.send(NomadCalls.register(job, enforcing: 0))
        }
        return (stage, settings)
    }

    @Test(arguments: ["1.1.0", "1.10.0"]) func noSecretIsShown(_ version: String) async throws {
        let (stage, settings) = try await stage(version, deploying: "everything")
        try await eventually {
            try await !stage.server.send(NomadCalls.allocations(ofJob: "everything")).isEmpty
        }
        let inspection = Inspection(server: stage.server, settings: settings)
        let document = try await inspection.document(of: try AppName("everything"))
        #expect(document["Jobs"]?.items?.count == 2 && document["Allocations"]?.items?.isEmpty == false)
        #expect(!document.compact.contains("canary-password") && !document.compact.contains("two\\nlines"))
        #expect(document.compact.contains("\"PORT\":\"8080\""))
        let other = try await inspection.document(of: try AppName("other"))
        #expect(other["Jobs"] == [] && other["Allocations"] == [])
    }

    @Test func jobsOfOthersAreNotShown() async throws {
        let (stage, _) = try await stage("1.10.0", deploying: "tiny")
        let elsewhere = try PlanStage.settings(origin: "elsewhere")
        let document = try await Inspection(server: stage.server, settings: elsewhere).document(of: AppName("tiny"))
        #expect(document["Jobs"] == [] && document["Allocations"] == [])
    }

    @Test func whatIsInMaintenanceIsSuspended() async throws {
        let (stage, settings) = try await stage("1.10.0", deploying: "everything")
        let app = try AppName("everything")
        var task = try #require(try PlanStage.deployment("everything").cron.first)
        let upkeep = CronUpkeep(server: stage.server, settings: settings)
        func registrations() -> Int { stage.requests.filter { $0.hasPrefix("POST /v1/jobs") }.count }
        let before = registrations()
        // It is in maintenance already, and the other one was never deployed.
        try await upkeep.keep([task, CronTask(id: "unknown", schedule: "@daily", command: "x")], of: app)
        #expect(registrations() == before)
        task.isInMaintenance = false
        try await upkeep.keep([task], of: app)
        let job = try #require(try await stage.server.send(NomadCalls.job(Name.cron(app, task.id))))
        #expect(job.document["Periodic"]?["Enabled"] == true && registrations() == before + 1)
    }
}
