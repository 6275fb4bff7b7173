import AdapterKit

/// A pod of a release and the name by which people know it.
struct NamedPod: Sendable, Equatable {
    let name: InstanceName
    let pod: Pod

    /// The container that is the app's own, beside which others may have been put.
    var container: String { pod.ownContainer(Name.container(name.process)) }
}

/// Which copy of which process type a pod is. Nobody numbers the pods of a Deployment: the oldest is the first.
enum InstanceNames {
    /// The pods among `pods` that are instances, in the order of their names.
    static func of(_ pods: [Pod]) -> [NamedPod] {
        let byType = Dictionary(grouping: pods.filter(\.isInstance)) { $0.processType }
        return byType.flatMap { type, pods -> [NamedPod] in
            guard let type else { return [] }
            return pods.sorted(by: Pod.isOlder).enumerated().map {
                NamedPod(name: InstanceName(type, $0 + 1), pod: $1)
            }
        }.sorted { $0.name < $1.name }
    }

    /// The pods of the release that serves: the one that was recorded, else the newest of which an instance is ready,
    /// else the newest. Pods on their way out are none.
    static func live(_ pods: [Pod], _ record: ReleaseRecord) -> [NamedPod] {
        let staying = pods.filter { $0.isInstance && $0.metadata.deletionTimestamp == nil }
        let serving = staying.filter {
            record.processes[$0.processType?.description ?? ""]?.release == $0.metadata.labels?[Label.release]
        }
        guard serving.isEmpty else { return of(serving) }
        let releases = Dictionary(grouping: staying) { $0.metadata.labels?[Label.release] ?? "" }.values.map {
            $0.sorted(by: Pod.isOlder)
        }.sorted { first, second in Pod.isOlder(first[0], second[0]) }
        return of(releases.last { $0.contains(where: \.isReady) } ?? releases.last ?? [])
    }
}

extension Pod {
    /// Unlike any other's, also of one that was called the same before.
    var id: String { metadata.uid ?? metadata.name }

    /// Whether it is a deployed instance, not a task.
    var isInstance: Bool { metadata.labels?[Label.role] == nil && processType != nil }

    var processType: ProcessType? { metadata.labels?[Label.process].flatMap { try? ProcessType($0) } }

    /// The container called `name`, or the first one.
    func ownContainer(_ name: String) -> String {
        spec.containers.first { $0.name == name }?.name ?? spec.containers.first?.name ?? name
    }
}
