import APIClient
import AdapterKit
import JSONDocument

/// Carries a plan out: all of it is started and verified, then traffic moves, then what was before goes. What fails
/// or is cancelled before traffic moves is taken back.
struct ReleaseRollout: Sendable {
    let cluster: Cluster
    let settings: KubernetesSettings
    let facts: ClusterFacts
    let plan: KubernetesPlan
    let deployment: Deployment
    let console: any Console
    let clock: any Clock<Duration>

    let notes = ApplyNotes()
    private var applying: Applying { Applying(cluster: cluster, settings: settings, notes: notes) }
    private var app: AppName { deployment.app.name }

    func carryOut() async throws -> Rollout {
        let undo = ReleaseUndo(
            cluster: cluster, settings: settings, facts: facts, plan: plan, notes: notes, console: console,
            clock: clock,
            templates: try await replacedTemplates())
        let place: String?
        do {
            try await announce()
            // The account is made once in each namespace of each cluster and stays, so its uid names the place.
            place = try await applying.apply(plan.foundation).first { $0["kind"] == "ServiceAccount" }
                .flatMap { $0["metadata"]?["uid"]?.text }
            if plan.record != facts.record { try await applying.rehearse(plan.routing) }
            try await makeRoom()
            try await verified(try await start())
        } catch {
            // What was begun is taken back even when the person has gone.
            throw await Task { await undo.takeBack(because: error) }.value
        }
        // From here on traffic moves. It runs to its end even if the task is cancelled: half a switch helps nobody.
        try await Task { try await switchOver() }.value
        return Rollout(instances: try await instances(), superseded: [], place: place, objects: plan.retained)
    }

    /// Notes what is about to be made, so that it is found again should this be the last we do.
    private func announce() async throws {
        guard !plan.record.entries(missingIn: facts.record).isEmpty else { return }
        let intent = facts.record.joined(with: plan.record)
        _ = try await applying.apply(try intent.object(plan.metadata, in: plan.namespace))
    }

    /// Where checks are disabled, the instances before are stopped first.
    private func makeRoom() async throws {
        for workload in plan.workloads {
            let old = facts.workloads.filter {
                $0.process == Name.label(workload.process.description) && plan.stopsFirst($0)
            }
            guard !old.isEmpty else { continue }
            await console.report(
                .detail("Zero downtime is disabled, stopping currently running containers  (\(workload.process))"))
            for live in old { try await Scaling(cluster: cluster).scale(live.name, to: 0) }
        }
    }

    private func start() async throws -> RolloutState {
        for workload in plan.workloads {
            await console.report(.step("Deploying \(workload.process) (count=\(workload.quantity))"))
        }
        var state = RolloutState(plan.workloads)
        let answers = try await applying.apply(plan.workloads.map(\.object))
        for (workload, answer) in zip(plan.workloads, answers) {
            state.applied(workload, try answer.decoded(as: WorkloadStatus.self))
        }
        try await endStuckPods()
        return state
    }

    /// A StatefulSet waits for a broken pod to become ready before it replaces it with one of the new release.
    private func endStuckPods() async throws {
        let stateful = plan.workloads.filter { $0.object.kind == .statefulSet }
        guard !stateful.isEmpty else { return }
        let pods = try await LiveInstances(cluster: cluster, app: app, settings: settings).pods()
        for workload in stateful {
            let release = workload.object.labels[Label.release]
            for pod in pods where pod.processType == workload.process && pod.isInstance && !pod.isReady {
                guard pod.metadata.labels?[Label.release] != release else { continue }
                try await cluster.send(KubernetesCalls.delete(.pod, pod.metadata.name, in: cluster.namespace))
            }
        }
    }

    private func verified(_ start: RolloutState) async throws {
        let mask = SecretMask(config: deployment.environment)
        do {
            let state = try await RolloutWatch(
                cluster: cluster, app: app, settings: settings, kinds: plan.workloads.map(\.object.kind),
                console: console, clock: clock
            ).ready(start)
            for workload in plan.workloads where workload.waitsForReadiness && !workload.ownChecks.isEmpty {
                try await OwnChecks(
                    cluster: cluster, workload: workload, console: console, clock: clock, mask: mask
                ).run(on: state.pods(of: workload))
            }
            for workload in plan.workloads where state.hasExcused(workload) {
                let port = workload.defaultProbePort ?? 0
                await console.report(
                    .warning("\(workload.process): nothing listens on port \(port), so no traffic reaches it"))
            }
        } catch let failed as RolloutWatch.Failed {
            throw await Diagnosis(cluster: cluster, app: app, mask: mask, clock: clock).error(failed)
        } catch {
            throw ClusterTrouble.translate(error, while: "follow the rollout of \(app)")
        }
    }

    private func switchOver() async throws {
        await console.report(.step("Switching \(app) to the new release"))
        do {
            _ = try await applying.apply(plan.routing)
        } catch let error as AdapterError {
            // Some of the traffic may have moved already: what serves it must stay.
            throw error.telling(["both releases of \(app) run now, and the next deploy finishes the switch"])
        }
        let gone = facts.record.entries(missingIn: plan.record)
        let superseded = gone.filter { ["Deployment", "StatefulSet"].contains($0.kind) }
        if !superseded.isEmpty {
            // Nodes take a moment to send no more traffic to the instances before.
            try await clock.sleep(for: .seconds(settings.objects.drainSeconds))
        }
        try await applying.delete(gone)
        if plan.record != facts.record { _ = try await applying.apply(plan.recordObject) }
    }

    /// What serves now, process types that this deploy did not touch included.
    private func instances() async throws -> [Instance] {
        try await ClusterTrouble.translating("list the instances of \(app)") {
            try await LiveInstances(cluster: cluster, app: app, settings: settings).instances(plan.record)
        }
    }

    /// The pod templates that a rolling update is about to replace, by the workload's name.
    private func replacedTemplates() async throws -> [String: JSONValue] {
        let live = Set(facts.workloads.map(\.name))
        let replaced = plan.workloads.filter { live.contains($0.object.name) && $0.isRolling }
        guard !replaced.isEmpty else { return [:] }
        let found = try await ClusterTrouble.translating("read the release of \(app) that runs") {
            try await eachAtOnce(replaced.map(\.object), width: 8) { object in
                (object.name, try await applying.live(object)?["spec"])
            }
        }
        return Dictionary(found.compactMap { name, spec in spec.map { (name, $0) } }) { $1 }
    }
}
