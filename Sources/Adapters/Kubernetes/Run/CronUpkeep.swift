import APIClient
import AdapterKit

extension KubernetesAdapter: CronKeeping {
    func keep(_ tasks: [CronTask], of app: App, console: any Console) async throws {
        let cluster = try await connection.cluster()
        try await ClusterTrouble.translating("suspend and resume the cron tasks of \(app.name)") {
            try await CronUpkeep(cluster: cluster, origin: settings.origin).keep(tasks, of: app.name)
        }
    }
}

/// Holds an app's CronJobs back, or lets them go on.
struct CronUpkeep: Sendable {
    let cluster: Cluster
    let origin: String

    /// A CronJob, as far as it is read here.
    private struct CronJob: Sendable, Decodable {
        struct Spec: Sendable, Decodable { var suspend: Bool? }

        var metadata: Metadata
        var spec: Spec
    }

    /// Only what differs is changed.
    func keep(_ tasks: [CronTask], of app: AppName) async throws {
        let kind = try await cluster.send(KubernetesCalls.groups).cronJob
        let held = Dictionary(tasks.map { (Name.label($0.id), $0.isInMaintenance) }) { $1 }
        let jobs = try await cluster.send(
            KubernetesCalls.list(
                kind, in: cluster.namespace, selector: Label.selector(app, origin: origin), as: CronJob.self))
        for job in jobs.items {
            guard let wanted = job.metadata.labels?[Label.cron].flatMap({ held[$0] }),
                wanted != (job.spec.suspend ?? false)
            else { continue }
            _ = try await cluster.send(
                KubernetesCalls.patch(
                    kind, job.metadata.name, in: cluster.namespace, with: ["spec": ["suspend": .bool(wanted)]]))
        }
    }
}
