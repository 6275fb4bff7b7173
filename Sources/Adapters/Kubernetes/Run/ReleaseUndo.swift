import APIClient
import AdapterKit
import JSONDocument

/// Takes back what a deploy has begun, and nothing else: objects that it made go, workloads that it changed become
/// what they were.
struct ReleaseUndo: Sendable {
    let cluster: Cluster
    let settings: KubernetesSettings
    let facts: ClusterFacts
    let plan: KubernetesPlan
    let notes: ApplyNotes
    let console: any Console
    let clock: any Clock<Duration>
    /// The `spec` of each workload that the deploy changes in place, as it was.
    let templates: [String: JSONValue]

    /// Goes on where one part cannot be taken back.
    /// - Returns: `error` with what there is to say of it.
    func takeBack(because error: any Error) async -> any Error {
        let left = await takeBack()
        let servesOn = left.isEmpty && !facts.record.processes.isEmpty
        if servesOn { await console.report(.detail("The release before goes on serving")) }
        guard var told = error as? AdapterError else { return error }
        if !left.isEmpty { told.details += left + ["what is left of this deploy goes with the next one"] }
        told.releaseBeforeServes = servesOn
        return told
    }

    /// - Returns: what is left, a sentence each.
    private func takeBack() async -> [String] {
        let applying = Applying(cluster: cluster, settings: settings)
        var left: [String] = []
        func attempt(_ body: () async throws -> Void) async {
            do {
                try await body()
            } catch {
                let sentence = (error as? AdapterError)?.message ?? "\(error)"
                if !left.contains(sentence) { left.append(sentence) }
            }
        }
        for (name, spec) in templates.sorted(by: { $0.key < $1.key }) {
            await attempt { try await restore(name, spec) }
        }
        for live in facts.workloads where plan.stopsFirst(live) || wasScaled(live) {
            await attempt { try await Scaling(cluster: cluster).scale(live.name, to: live.quantity) }
        }
        for entry in made {
            await attempt {
                do {
                    try await applying.delete([entry])
                } catch let error as AdapterError {
                    throw AdapterError(error.code, "\(entry.title) could not be removed: \(error.message)")
                }
            }
        }
        await attempt { try await endPods() }
        // A record that names what is left leads the next deploy to it.
        if left.isEmpty { await attempt { try await recordAgain(applying) } }
        return left
    }

    /// What has never served need not be waited for until it ends by itself.
    private func endPods() async throws {
        let releases = Set(made.filter { $0.kind == "Deployment" }.map(\.name))
        // A StatefulSet waits for its pods to become ready before it replaces them, even those of a release that never will.
        let isOver = { (workload: Workload) in
            releases.contains(workload.object.name)
                || workload.object.kind == .statefulSet && templates[workload.object.name] != nil
        }
        let names = plan.workloads.filter { isOver($0) && $0.quantity > 0 }
        for workload in names {
            let selector = Label.selector(
                plan.app, origin: settings.origin,
                [
                    Label.process: Name.label(workload.process.description),
                    Label.release: workload.object.labels[Label.release] ?? "",
                ])
            try await PodEnd(cluster: cluster, selector: selector, clock: clock).hasten(within: .seconds(15))
        }
    }

    /// The record of the release before, or none where there was none.
    private func recordAgain(_ applying: Applying) async throws {
        if facts.record.entries.isEmpty {
            try await applying.delete([.init(plan.recordObject, process: nil)])
        } else {
            _ = try await applying.apply(try facts.record.object(plan.metadata, in: plan.namespace))
        }
    }

    /// The workloads and what they stand on, as far as the release before had them not.
    private var made: [ReleaseRecord.Entry] {
        let planned = ReleaseRecord(
            entries: (plan.foundation.filter { $0.kind != .persistentVolumeClaim } + plan.workloads.map(\.object))
                .map { ReleaseRecord.Entry($0, process: nil) })
        return planned.entries(missingIn: facts.record).filter(notes.contains)
    }

    /// Whether it is part of the new release too, with another count.
    private func wasScaled(_ live: LiveWorkload) -> Bool {
        plan.workloads.contains {
            $0.object.name == live.name && $0.quantity != live.quantity && templates[live.name] == nil
        }
    }

    /// A workload that fails while it is rolled over in place is given its pod template back.
    private func restore(_ name: String, _ spec: JSONValue) async throws {
        guard let object = plan.workloads.first(where: { $0.object.name == name })?.object else { return }
        var change: [String: JSONValue] = [:]
        for field in ["template", "replicas"] { change[field] = spec[field] }
        let operations = change.sorted { $0.key < $1.key }.map { field, value -> JSONValue in
            ["op": "replace", "path": .string("/spec/" + field), "value": value]
        }
        do {
            _ = try await cluster.send(
                KubernetesCalls.patch(object.kind, name, in: object.namespace, operations: operations))
        } catch {
            throw ClusterTrouble.translate(error, while: "give \(object.title) its pods back")
        }
    }
}

extension AdapterError {
    /// The same error with more to say.
    func telling(_ more: [String]) -> AdapterError {
        var error = self
        error.details += more
        return error
    }
}
