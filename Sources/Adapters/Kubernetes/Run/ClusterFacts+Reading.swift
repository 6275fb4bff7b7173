import APIClient
import AdapterKit
import JSONDocument

extension ClusterFacts {
    /// Asks the cluster for what a plan needs to know, all at once.
    static func read(_ cluster: Cluster, _ app: AppName, _ settings: KubernetesSettings) async throws -> ClusterFacts {
        try await ClusterTrouble.translating("ask the cluster about \(app)") {
            async let versions = cluster.send(KubernetesCalls.groups)
            async let version = cluster.send(KubernetesCalls.version)
            async let record = ReleaseRecord.read(cluster, app)
            async let workloads = LiveWorkload.read(cluster, app, settings)
            let (major, minor) = try await version
            return try await ClusterFacts(
                namespace: cluster.namespace, versions: versions, canSleep: (major, minor) >= (1, 30),
                workloads: workloads, record: record)
        }
    }
}

extension ReleaseRecord {
    /// The record of the live release; an empty one where there is none.
    static func read(_ cluster: Cluster, _ app: AppName) async throws -> ReleaseRecord {
        do {
            return ReleaseRecord(
                try await cluster.send(
                    KubernetesCalls.get(.configMap, Names(app: app).record, in: cluster.namespace, as: JSONValue.self)))
        } catch let failure as APIFailure where failure.status == 404 {
            return ReleaseRecord()
        }
    }
}

extension LiveWorkload {
    /// The app's workloads that are there.
    static func read(_ cluster: Cluster, _ app: AppName, _ settings: KubernetesSettings) async throws -> [LiveWorkload]
    {
        try await WorkloadStatus.all(cluster, app, settings).compactMap { LiveWorkload($0) }
    }

    init?(_ status: WorkloadStatus) {
        guard let labels = status.metadata.labels, let process = labels[Label.process] else { return nil }
        self.init(
            process: process, name: status.metadata.name, release: labels[Label.release] ?? "",
            content: status.metadata.annotations?[Annotation.content] ?? "", quantity: status.spec.replicas ?? 1)
    }
}

extension WorkloadStatus {
    /// The app's Deployments, and its StatefulSets where it has any.
    static func all(_ cluster: Cluster, _ app: AppName, _ settings: KubernetesSettings) async throws -> [WorkloadStatus]
    {
        let selector = Label.selector(app, origin: settings.origin)
        async let deployments = cluster.send(
            KubernetesCalls.list(.deployment, in: cluster.namespace, selector: selector, as: WorkloadStatus.self))
        guard !settings.objects.statefulProcesses.isEmpty else { return try await deployments.items }
        async let sets = cluster.send(
            KubernetesCalls.list(.statefulSet, in: cluster.namespace, selector: selector, as: WorkloadStatus.self))
        return try await deployments.items + sets.items
    }
}
