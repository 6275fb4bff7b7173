import AdapterKit

/// How far a rollout is, out of what the cluster has told: a value that takes news and answers questions.
struct RolloutState: Sendable {
    /// What is waited for.
    let workloads: [Workload]
    /// What the server said when each workload was applied: only a status of that generation or a later one counts.
    private var generations: [String: Int] = [:]
    private var statuses: [String: WorkloadStatus] = [:]
    private(set) var pods: [String: Pod] = [:]
    /// Instances that have run for long enough with nothing against them but that nothing listens on their port, which
    /// nobody had asked for.
    private(set) var excused: Set<String> = []

    init(_ workloads: [Workload]) {
        self.workloads = workloads
    }

    mutating func forgetPods() { pods = [:] }

    mutating func take(_ pod: Pod) {
        pods[pod.metadata.name] = pod
        let waiting = pod.ownStatus?.state?.waiting
        if waiting?.reason == "ErrImagePull", let message = waiting?.message { note(message, of: pod) }
    }

    /// Why the image of a pod could not be pulled: its state tells that for a moment only, and then of a back-off.
    private(set) var pullMessages: [String: String] = [:]

    mutating func note(_ pullMessage: String, of pod: Pod) { pullMessages[pod.metadata.name] = pullMessage }

    /// The pods that tell of a back-off, and of which nothing is known that led to it.
    var unexplainedBackOffs: [Pod] {
        pods.values.filter {
            $0.ownStatus?.state?.waiting?.reason == "ImagePullBackOff" && pullMessages[$0.metadata.name] == nil
        }
    }

    mutating func remove(_ pod: Pod) { pods[pod.metadata.name] = nil }

    mutating func take(_ status: WorkloadStatus) {
        guard let name = workloads.first(where: { $0.object.name == status.metadata.name })?.object.name else { return }
        statuses[name] = status
    }

    /// Notes that `workload` was applied.
    mutating func applied(_ workload: Workload, _ status: WorkloadStatus) {
        generations[workload.object.name] = status.metadata.generation ?? 1
        take(status)
    }

    /// Instances that have run for a moment without ending.
    private var settled: Set<String> = []

    mutating func settle(_ pod: Pod) { settled.insert(pod.runKey) }

    mutating func excuse(_ pod: Pod) { excused.insert(pod.metadata.name) }

    // MARK: answers

    var isReady: Bool { workloads.allSatisfy(isReady) }

    func isReady(_ workload: Workload) -> Bool {
        guard let status = current(workload) else { return false }
        guard workload.waitsForReadiness else { return readyCount(workload) >= workload.quantity }
        let counts = status.status
        if hasExcused(workload) {
            return pods(of: workload).count == workload.quantity && readyCount(workload) == workload.quantity
        }
        if workload.object.kind.kind == "StatefulSet" {
            return (counts?.readyReplicas ?? 0) == workload.quantity && (counts?.replicas ?? 0) == workload.quantity
                && (workload.quantity == 0 || counts?.updateRevision == counts?.currentRevision)
        }
        return (counts?.updatedReplicas ?? 0) == workload.quantity && (counts?.replicas ?? 0) == workload.quantity
            && (counts?.availableReplicas ?? 0) == workload.quantity
    }

    /// How many instances are as they should be.
    func readyCount(_ workload: Workload) -> Int {
        let pods = pods(of: workload)
        return min(
            workload.quantity,
            pods.filter { pod in
                guard workload.waitsForReadiness else { return pod.isStarted && settled.contains(pod.runKey) }
                return pod.isReady || (pod.isStarted && excused.contains(pod.metadata.name))
            }.count)
    }

    /// Whether nothing listens where an instance of `workload` is expected to.
    func hasExcused(_ workload: Workload) -> Bool {
        pods(of: workload).contains { excused.contains($0.metadata.name) && !$0.isReady }
    }

    /// The status that tells of what was applied; `nil` until there is one.
    private func current(_ workload: Workload) -> WorkloadStatus? {
        guard let status = statuses[workload.object.name], status.isCurrent,
            (status.status?.observedGeneration ?? 0) >= generations[workload.object.name] ?? 0
        else { return nil }
        return status
    }

    /// Why the cluster makes no pods, where it says so: a quota, a policy.
    func refusal(_ workload: Workload) -> String? {
        guard let condition = statuses[workload.object.name]?.condition("ReplicaFailure"), condition.status == "True"
        else { return nil }
        return condition.message ?? condition.reason
    }

    /// The pods of the workload's release, oldest first.
    func pods(of workload: Workload) -> [Pod] {
        let release = workload.object.labels[Label.release]
        return pods.values.filter {
            $0.metadata.labels?[Label.process] == Name.label(workload.process.description)
                && $0.metadata.labels?[Label.release] == release && $0.metadata.deletionTimestamp == nil
        }.sorted(by: Pod.isOlder)
    }
}

extension Pod {
    /// Oldest first; what is as old goes by name.
    static func isOlder(_ left: Pod, _ right: Pod) -> Bool {
        (left.metadata.creationTimestamp ?? "", left.metadata.name)
            < (right.metadata.creationTimestamp ?? "", right.metadata.name)
    }

    /// Whether its process runs.
    var isStarted: Bool {
        status.phase == "Running" && ownStatus?.state?.running != nil && metadata.deletionTimestamp == nil
    }

    /// Names one run of its process: one that ended and was started again is another.
    var runKey: String { metadata.name + "/" + String(ownStatus?.restartCount ?? 0) }

    /// How the app's own container fares, beside which others may have been put.
    var ownStatus: ContainerStatus? {
        let name = ownContainer(processType.map(Name.container) ?? "")
        return status.containerStatuses?.first { $0.name == name }
    }

    /// Whether it serves as well as it can: what listens on no port is never ready, and no worse for it where
    /// nobody asked for that.
    var isServing: Bool { isReady || (isStarted && metadata.annotations?[Annotation.defaultProbe] != nil) }
}
