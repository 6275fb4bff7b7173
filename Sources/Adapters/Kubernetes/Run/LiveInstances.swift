import APIClient
import AdapterKit

/// The instances of the release that serves, as the cluster has them.
struct LiveInstances: Sendable {
    let cluster: Cluster
    let app: AppName
    let settings: KubernetesSettings

    /// How each instance fares, those that are wanted and not there included. Pods of another release, or on their way
    /// out, are none.
    func status() async throws -> AppStatus {
        async let reading = ReleaseRecord.read(cluster, app)
        async let listing = pods()
        let (record, pods) = try await (reading, listing)
        let live = InstanceNames.live(pods, record)
        var states: [InstanceState] = []
        for (type, serving) in record.processes.sorted(by: { $0.key < $1.key }) {
            guard let process = try? ProcessType(type) else { continue }
            let own = live.filter { $0.name.process == process }.map(\.pod)
            for index in 0..<max(serving.quantity, own.count) {
                let name = InstanceName(process, index + 1)
                let pod = index < own.count ? own[index] : nil
                let container = pod?.ownContainer(Name.container(process)) ?? ""
                states.append(
                    InstanceState(
                        name: name, id: pod?.metadata.name ?? "", state: pod?.state(of: container) ?? "missing",
                        isRunning: pod?.isServing ?? false))
            }
        }
        return AppStatus(states: states.sorted { $0.name < $1.name })
    }

    /// The instances that serve `record`'s release.
    func instances(_ record: ReleaseRecord) async throws -> [Instance] {
        InstanceNames.live(try await pods(), record).map {
            Instance(id: $0.pod.metadata.name, name: $0.name, address: $0.pod.status.podIP)
        }
    }

    /// Every pod of the app, those of tasks included.
    func pods() async throws -> [Pod] {
        let selector = Label.selector(app, origin: settings.origin)
        return try await cluster.send(
            KubernetesCalls.list(.pod, in: cluster.namespace, selector: selector, as: Pod.self)
        ).items
    }
}
