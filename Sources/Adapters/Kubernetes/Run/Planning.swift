import APIClient
import AdapterKit
import JSONDocument

extension KubernetesAdapter: Comparing {
    /// The objects, values of Secrets masked. Needs no cluster: nothing of the app is taken to be there.
    func plan(_ deployment: Deployment) async throws -> [UInt8] {
        let plan = try plan(deployment, .none(in: settings.namespace ?? "default"))
        let objects = plan.objects.map { Self.masked($0.document) }
        return Array((JSONValue.array(objects).indented(by: 2) + "\n").utf8)
    }

    func compare(_ deployment: Deployment) async throws -> Comparison {
        let cluster = try await connection.cluster()
        let facts = try await ClusterFacts.read(cluster, deployment.app.name, settings)
        let plan = try plan(deployment, facts)
        return try await PlanComparison(cluster: cluster, settings: settings, plan: plan, facts: facts).comparison()
    }

    private static func masked(_ document: JSONValue) -> JSONValue {
        guard document["kind"]?.text == "Secret", let data = document["data"]?.fields else { return document }
        var document = document
        document["data"] = .object(data.mapValues { _ in "***" })
        return document
    }
}
