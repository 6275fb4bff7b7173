import APIClient
import AdapterKit

/// Waits until a release's instances are verified, or until it is plain that they will not be.
struct RolloutWatch: Sendable {
    let cluster: Cluster
    let app: AppName
    let settings: KubernetesSettings
    let console: any Console
    let clock: any Clock<Duration>

    /// How a rollout that did not succeed ended.
    struct Failed: Error, Sendable {
        var workload: Workload
        var trouble: InstanceTrouble
        /// The pods that show it, oldest first; none when the cluster made none.
        var pods: [Pod]
    }

    private enum News: Sendable {
        /// What was known of them is to be forgotten: all that there are come again.
        case podsAnew
        case pods(ObjectWatch<Pod>.Change)
        case workloads(ObjectWatch<WorkloadStatus>.Change)
        case tick
    }

    /// - Parameter start: what is known after the workloads were applied.
    /// - Returns: the pods that serve each process type.
    /// - Throws: ``Failed``; ``APIFailure`` when the cluster stays away.
    func ready(_ start: RolloutState) async throws -> RolloutState {
        var state = start
        // What was applied may be there already, all of it.
        if state.isReady,
            !state.workloads.contains(where: { $0.quantity > 0 && (!$0.waitsForReadiness || !$0.ownChecks.isEmpty) })
        {
            return state
        }
        let (news, sender) = AsyncThrowingStream.makeStream(of: News.self)
        let watching = Task {
            do {
                try await watch(sender)
                sender.finish()
            } catch {
                sender.finish(throwing: error)
            }
        }
        defer { watching.cancel() }
        return try await withTaskCancellationHandler {
            var budget = RolloutBudget(settings, clock: clock)
            var told: [String: String] = [:]
            for try await item in news {
                let before = state.fingerprint
                switch item {
                case .podsAnew: state.forgetPods()
                case .pods(let change): state.take(change)
                case .workloads(let change): state.take(change)
                case .tick: break
                }
                if state.fingerprint != before { budget.moved() }
                await explainBackOffs(&state)
                let failure = budget.failure(&state, app)
                await tell(state, &told)
                if state.isReady { return state }
                if let failure { throw failure }
            }
            try Task.checkCancellation()
            throw CancellationError()
        } onCancel: {
            watching.cancel()
        }
    }

    private func watch(_ sender: AsyncThrowingStream<News, any Error>.Continuation) async throws {
        let selector = Label.selector(app, origin: settings.origin)
        let kinds = Set(workloadKinds)
        let patience = Duration.seconds(settings.idleTimeout)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                let watch = ObjectWatch<Pod>(
                    cluster: cluster, kind: .pod, selector: selector, metadata: { $0.metadata }, clock: clock)
                let start = ObjectWatch<Pod>.start
                try await watch.follow(
                    from: start, patience: patience,
                    anew: {
                        sender.yield(.podsAnew)
                        return start
                    }, { sender.yield(.pods($0)) })
            }
            for kind in kinds {
                tasks.addTask {
                    let watch = ObjectWatch<WorkloadStatus>(
                        cluster: cluster, kind: kind, selector: selector, metadata: { $0.metadata }, clock: clock)
                    let start = ObjectWatch<WorkloadStatus>.start
                    try await watch.follow(from: start, patience: patience, anew: { start }) {
                        sender.yield(.workloads($0))
                    }
                }
            }
            tasks.addTask {
                while true {
                    try await clock.sleep(for: .seconds(1))
                    sender.yield(.tick)
                }
            }
            try await tasks.next()
            tasks.cancelAll()
        }
    }

    private let workloadKinds: [ResourceKind]

    init(
        cluster: Cluster, app: AppName, settings: KubernetesSettings, kinds: [ResourceKind], console: any Console,
        clock: any Clock<Duration>
    ) {
        self.cluster = cluster
        self.app = app
        self.settings = settings
        workloadKinds = kinds
        self.console = console
        self.clock = clock
    }

    /// Asks what led to a back-off of which nobody has seen the beginning.
    private func explainBackOffs(_ state: inout RolloutState) async {
        for pod in state.unexplainedBackOffs {
            guard let message = await cluster.pullFailure(ofPod: pod.id) else { continue }
            state.note(message, of: pod)
        }
    }

    /// One line a process type, whenever it has something new to say.
    private func tell(_ state: RolloutState, _ told: inout [String: String]) async {
        for workload in state.workloads where workload.quantity > 0 {
            var text = "\(state.readyCount(workload)) of \(workload.quantity) ready"
            if let trouble = state.troubles(workload, app).first?.trouble { text += ", \(trouble.text)" }
            guard told[workload.object.name] != text else { continue }
            told[workload.object.name] = text
            await console.report(.progress(subject: workload.process.description, text: text))
        }
    }
}

extension RolloutState {
    fileprivate mutating func take(_ change: ObjectWatch<Pod>.Change) {
        switch change {
        case .present(let pod): take(pod)
        case .gone(let pod): remove(pod)
        }
    }

    fileprivate mutating func take(_ change: ObjectWatch<WorkloadStatus>.Change) {
        if case .present(let status) = change { take(status) }
    }

    /// What has to change for something to have happened.
    fileprivate var fingerprint: [String] {
        workloads.flatMap { workload in
            pods(of: workload).map { pod in
                let container = pod.ownStatus
                return "\(pod.metadata.name) \(pod.status.phase ?? "") \(pod.isReady) \(container?.restartCount ?? 0)"
                    + " \(container?.state?.waiting?.reason ?? "")"
            }
        }
    }

    /// The pods of `workload` that are in trouble, with what it is.
    func troubles(_ workload: Workload, _ app: AppName) -> [(pod: Pod, trouble: InstanceTrouble)] {
        pods(of: workload).compactMap { pod in
            InstanceTrouble.of(
                pod, app: app, hasStartupProbe: workload.hasStartupProbe, pullMessage: pullMessages[pod.metadata.name]
            ).map { (pod, $0) }
        }
    }
}
