import APIClient
import AdapterKit
import JSONDocument

/// A plan beside what is live.
struct PlanComparison: Sendable {
    let cluster: Cluster
    let settings: KubernetesSettings
    let plan: KubernetesPlan
    let facts: ClusterFacts

    private static let width = 8

    /// Asks the server what it would make of each object. Nothing changes.
    func comparison() async throws -> Comparison {
        let replaced = replacedWorkloads
        let objects = plan.objects.filter { $0.name != plan.recordObject.name || $0.kind != .configMap }
        let parts = try await eachAtOnce(objects, width: Self.width) { object in
            try await part(object, insteadOf: replaced[object.name])
        }
        let gone = facts.record.entries(missingIn: plan.record)
            .filter { entry in !replaced.values.contains { $0.identity == entry.identity } }
            .map { Comparison.Part($0.title, .delete) }
        return Comparison(parts: parts + gone, token: try await token())
    }

    /// - Throws: ``AdapterError`` with code `conflict` that says what has moved since the person agreed.
    func require(_ agreed: String) async throws {
        let now = try await token()
        guard now != agreed else { return }
        throw AdapterError(
            .conflict, "\(plan.app) or its cluster has changed since the plan was made",
            details: AgreedState.differences(between: agreed, and: now),
            hint: "plan \(plan.app) --diff --save")
    }

    /// The workloads of the live release, by the name of the one that takes their place.
    private var replacedWorkloads: [String: ReleaseRecord.Entry] {
        var replaced: [String: ReleaseRecord.Entry] = [:]
        for workload in plan.workloads {
            guard let serving = facts.record.processes[workload.process.description],
                serving.workload != workload.object.name,
                let entry = facts.record.entries.first(where: {
                    $0.kind == serving.kind && $0.name == serving.workload
                })
            else { continue }
            replaced[workload.object.name] = entry
        }
        return replaced
    }

    private func live(_ object: KubernetesObject) async throws -> JSONValue? {
        try await ClusterTrouble.translating("read \(object.title)") {
            try await Applying(cluster: cluster, settings: settings).live(object)
        }
    }

    private func part(_ object: KubernetesObject, insteadOf entry: ReleaseRecord.Entry?) async throws
        -> Comparison.Part
    {
        if let entry {
            var before = object
            before.kind = entry.resource
            before.name = entry.name
            let lines = ObjectDifference.lines(from: try await live(before) ?? .object([:]), to: object.document)
            return Comparison.Part(object.title, .update, lines: lines.filter { !ObjectDifference.isDefault($0) })
        }
        guard let live = try await live(object) else { return Comparison.Part(object.title, .create) }
        let wanted = try await ClusterTrouble.translating("compare \(object.title)") {
            try await cluster.send(KubernetesCalls.apply(object, force: settings.forcesConflicts, isTrial: true))
        }
        let lines = ObjectDifference.lines(from: live, to: wanted)
        return Comparison.Part(object.title, lines.isEmpty ? .keep : .update, lines: lines)
    }

    /// Binds to what the plan says and to what is live of each object that it names or takes the place of.
    private func token() async throws -> String {
        let named = try await eachAtOnce(plan.objects, width: Self.width) { object in
            (object.title, try await live(object).map(ObjectDifference.content) ?? "")
        }
        let release = facts.record.processes.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value.release)" }
        return AgreedState.token(
            plan: Fingerprint(plan.objects.map { $0.document.compact }.joined()).description,
            live: Dictionary(named + [("release", release.joined(separator: ","))]) { $1 })
    }
}
