import APIClient
import AdapterKit
import JSONDocument

/// Takes an app down: for a while, or for good.
struct AppEnd: Sendable {
    let cluster: Cluster
    let app: AppName
    let settings: KubernetesSettings
    /// Seconds an instance may take to end.
    let stopTimeout: Int
    let clock: any Clock<Duration>

    private var pods: PodEnd { PodEnd(cluster: cluster, selector: selector, clock: clock) }
    private var selector: String { Label.selector(app, origin: settings.origin) }

    /// No instance is left, and no task; cron tasks rest. Everything is still there to be started again.
    func stop() async throws {
        try await ClusterTrouble.translating("stop \(app)") {
            let versions = try await cluster.send(KubernetesCalls.groups)
            // An autoscaler would start them again.
            try await delete(versions.horizontalPodAutoscaler)
            for kind in [ResourceKind.deployment, .statefulSet] {
                for workload in try await heads(kind) {
                    try await Scaling(cluster: cluster).scale(workload.metadata.name, kind: kind, to: 0)
                }
            }
            for job in try await heads(versions.cronJob) {
                _ = try await cluster.send(
                    KubernetesCalls.patch(
                        versions.cronJob, job.metadata.name, in: cluster.namespace, with: ["spec": ["suspend": true]]))
            }
            try await delete(.job)
            for pod in try await heads(.pod) where pod.metadata.labels?[Label.role] != nil {
                try await cluster.send(KubernetesCalls.delete(.pod, pod.metadata.name, in: cluster.namespace))
            }
            try await pods.ended(within: .seconds(stopTimeout + settings.objects.drainSeconds + 30))
        }
    }

    /// Nothing of the app is left, whichever release made it. Storage stays: it belongs to its entry.
    func remove() async throws {
        try await ClusterTrouble.translating("remove \(app)") {
            let versions = try await cluster.send(KubernetesCalls.groups)
            let kinds =
                [
                    versions.horizontalPodAutoscaler, versions.cronJob, .job, .ingress, .service, .deployment,
                    .statefulSet, .pod, versions.podDisruptionBudget, .secret, .serviceAccount,
                ] + [versions.httpRoute].compactMap { $0 }
            _ = try await eachAtOnce(kinds, width: 6) { kind in try await delete(kind) }
            try await pods.ended(within: .seconds(stopTimeout + settings.objects.drainSeconds + 30))
            // Last, so that what is left of a removal that was cut short is found again.
            try await delete(.configMap)
        }
    }

    /// A kind that this cluster does not have, or that we may not look at, holds nothing of ours.
    private func heads(_ kind: ResourceKind) async throws -> [ObjectHead] {
        do {
            return try await cluster.send(
                KubernetesCalls.list(kind, in: cluster.namespace, selector: selector, as: ObjectHead.self)
            ).items
        } catch let failure as APIFailure where failure.status == 404 {
            return []
        }
    }

    private func delete(_ kind: ResourceKind) async throws {
        for head in try await heads(kind) where head.metadata.deletionTimestamp == nil {
            try await cluster.send(
                KubernetesCalls.delete(kind, head.metadata.name, in: cluster.namespace, uid: head.metadata.uid))
        }
    }
}
