import AdapterKit
import Foundation
import JSONDocument
import TestSupport

@testable import Nomad

/// Plans of the apps in `fixtures/apps`, and what they lead to.
enum PlanStage {
    static func deployment(_ name: String) throws -> Deployment {
        try JSONDecoder().decode(Deployment.self, from: Data(Fixtures.bytes("apps/\(name).json")))
    }

    static func settings(_ values: [String: String] = [:], origin: String = "") throws -> NomadSettings {
        try NomadSettings(Settings(plugin: "scheduler-nomad", values: values), origin: origin)
    }

    static func plan(
        _ deployment: Deployment, _ values: [String: String] = [:], facts: ServerFacts = .none(in: "shops")
    ) throws -> NomadPlan {
        try NomadPlan(deployment, settings(values), facts)
    }

    /// Servers of an older version.
    static func old(_ minor: Int = 1) -> ServerFacts {
        ServerFacts(namespace: "shops", version: NomadVersion(1, minor), datacenters: ["dc1"])
    }

    /// What there is once `plan` is live.
    static func live(_ plan: NomadPlan, beside facts: ServerFacts = .none(in: "shops")) -> ServerFacts {
        var facts = facts
        var document = plan.settledJob ?? plan.job
        // Some of what a server adds.
        document["JobModifyIndex"] = 7
        document["Stop"] = false
        document["Affinities"] = .null
        facts.job = LiveJob(document)
        facts.cronJobs = (plan.cronJobs ?? []).map { LiveJob($0.job) }
        return facts
    }

    static func group(_ plan: NomadPlan, _ type: String) -> JSONValue {
        LiveJob(plan.job).group(type) ?? .null
    }

    static func task(_ plan: NomadPlan, _ type: String) -> JSONValue {
        group(plan, type)["Tasks"]?.items?.first ?? .null
    }
}
