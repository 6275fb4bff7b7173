import APIClient
import AdapterKit
import JSONDocument

extension NomadAdapter: Comparing {
    /// The job, the periodic jobs and the names of what a Variable holds. Needs no server: nothing of the app is taken to
    /// be there.
    func plan(_ deployment: Deployment) async throws -> [UInt8] {
        let namespace = settings.access.namespace ?? context.variables["NOMAD_NAMESPACE"] ?? "default"
        let plan = try NomadPlan(deployment, settings, .none(in: namespace))
        let mask = SecretMask(config: deployment.environment)
        let document = PlanDocument(plan).document(JobMask(mark: "***", text: { mask.masked($0) }))
        return Array((document.indented(by: 2) + "\n").utf8)
    }

    func compare(_ deployment: Deployment) async throws -> Comparison {
        let server = try await connection.server()
        let facts = try await ServerFacts.read(server, deployment.app.name, settings)
        let plan = try NomadPlan(deployment, settings, facts)
        return try await PlanComparison(
            server: server, plan: plan, facts: facts, mask: SecretMask(config: deployment.environment)
        )
        .comparison()
    }
}
