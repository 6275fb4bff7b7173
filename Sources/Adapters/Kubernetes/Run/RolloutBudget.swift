import AdapterKit

/// How long a rollout may take: as a whole, without anything happening, and for each instance to become ready.
struct RolloutBudget: Sendable {
    private let settings: KubernetesSettings
    private let clock: any Clock<Duration>
    private let began = ContinuousClock.now
    private var lastMove = ContinuousClock.now
    /// When each instance was first seen.
    private var seen: [String: ContinuousClock.Instant] = [:]
    /// When each instance was first seen to run.
    private var running: [String: ContinuousClock.Instant] = [:]
    init(_ settings: KubernetesSettings, clock: any Clock<Duration>) {
        self.settings = settings
        self.clock = clock
    }

    /// Something has happened.
    mutating func moved() { lastMove = .now }

    /// Why it is not worth to wait any longer; `nil` while it is.
    mutating func failure(_ state: inout RolloutState, _ app: AppName) -> RolloutWatch.Failed? {
        for workload in state.workloads where workload.quantity > 0 {
            if !workload.waitsForReadiness { settle(workload, &state) }
            if let text = state.refusal(workload) {
                let trouble = InstanceTrouble(
                    cause: .refused, text: "the cluster makes no pod for it: \(text)", isPassing: false)
                return .init(workload: workload, trouble: trouble, pods: [])
            }
            let troubles = state.troubles(workload, app)
            if let first = troubles.first(where: { !$0.trouble.isPassing }) {
                let alike = troubles.filter { $0.trouble.cause == first.trouble.cause }.map(\.pod)
                return .init(workload: workload, trouble: first.trouble, pods: alike)
            }
            if let failure = neverReady(workload, &state) { return failure }
            if let failure = slowStart(workload, state, app) { return failure }
        }
        return overdue(state, app)
    }

    /// Without checks, an instance counts when it has not ended at once.
    private mutating func settle(_ workload: Workload, _ state: inout RolloutState) {
        for pod in state.pods(of: workload) where pod.isStarted {
            let since = running[pod.runKey] ?? .now
            running[pod.runKey] = since
            if since.duration(to: .now) > clock.real(.seconds(2)) { state.settle(pod) }
        }
    }

    /// An instance that runs and is not ready when its check should have succeeded.
    private mutating func neverReady(_ workload: Workload, _ state: inout RolloutState) -> RolloutWatch.Failed? {
        guard workload.waitsForReadiness, let seconds = workload.readinessBudget else { return nil }
        for pod in state.pods(of: workload) where pod.isStarted && !pod.isReady {
            let since = running[pod.runKey] ?? .now
            running[pod.runKey] = since
            guard since.duration(to: .now) > clock.real(.seconds(seconds)) else { continue }
            guard workload.defaultProbePort == nil else {
                state.excuse(pod)
                continue
            }
            let trouble = InstanceTrouble(
                cause: .notReady, text: "its readiness check did not succeed within \(seconds) s", isPassing: false)
            return .init(workload: workload, trouble: trouble, pods: [pod])
        }
        return nil
    }

    /// An instance that is not as it should be although it was made long ago.
    private mutating func slowStart(_ workload: Workload, _ state: RolloutState, _ app: AppName) -> RolloutWatch.Failed?
    {
        for pod in state.pods(of: workload) where !pod.isServing {
            let since = seen[pod.metadata.name] ?? .now
            seen[pod.metadata.name] = since
            guard workload.waitsForReadiness, since.duration(to: .now) > .seconds(settings.startTimeout) else {
                continue
            }
            var trouble =
                state.troubles(workload, app).first { $0.pod.metadata.name == pod.metadata.name }?.trouble
                ?? InstanceTrouble(cause: .notReady, text: "it is not ready", isPassing: false)
            trouble.text = "\(settings.startTimeout) s after it was made, \(trouble.text)"
            return .init(workload: workload, trouble: trouble, pods: [pod])
        }
        return nil
    }

    private func overdue(_ state: RolloutState, _ app: AppName) -> RolloutWatch.Failed? {
        let limits: [(Duration, Int, String)] = [
            (began.duration(to: .now), settings.deployTimeout, "the rollout is not done after"),
            (lastMove.duration(to: .now), settings.idleTimeout, "nothing has happened for"),
        ]
        guard let over = limits.first(where: { $0.0 > .seconds($0.1) }),
            let workload = state.workloads.first(where: { !state.isReady($0) })
        else { return nil }
        let troubles = state.troubles(workload, app)
        var trouble =
            troubles.first?.trouble ?? InstanceTrouble(cause: .notReady, text: "it is not ready", isPassing: false)
        trouble.text = "\(over.2) \(over.1) s, and \(trouble.text)"
        return .init(
            workload: workload, trouble: trouble,
            pods: troubles.isEmpty ? state.pods(of: workload).filter { !$0.isReady } : troubles.map(\.pod))
    }
}
