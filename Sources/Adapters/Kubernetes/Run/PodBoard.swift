import APIClient

/// The pods that a selector finds, kept as they are by one watch, for any number of people who wait for something.
actor PodBoard {
    private let cluster: Cluster
    private let selector: String
    private let clock: any Clock<Duration>
    private var byID: [String: Pod] = [:]
    /// Pods as they were when their image could not be pulled: a moment later they only say that they wait.
    private var failedPulls: [String: Pod] = [:]
    private var version = "0"
    private var waiters: [Int: CheckedContinuation<Void, Never>] = [:]
    private var nextWaiter = 0
    private var failure: (any Error)?
    /// How long the server may stay away.
    private let patience: Duration

    init(
        _ cluster: Cluster, selector: String, clock: any Clock<Duration>, patience: Duration = .seconds(300)
    ) {
        self.patience = patience
        self.cluster = cluster
        self.selector = selector
        self.clock = clock
    }

    /// Oldest first.
    var pods: [Pod] { byID.values.sorted(by: Pod.isOlder) }

    /// The pod as it says most about its trouble; `nil` when it is gone.
    func telling(_ id: String) -> Pod? { failedPulls[id] ?? byID[id] }

    /// Reads what is there now.
    /// - Returns: the resource version at which that was so.
    @discardableResult
    func load() async throws -> String {
        let list = try await cluster.send(
            KubernetesCalls.list(.pod, in: cluster.namespace, selector: selector, as: Pod.self))
        version = list.metadata.resourceVersion ?? "0"
        byID = Dictionary(list.items.map { ($0.id, $0) }) { $1 }
        for pod in list.items { await lookUpFailedPull(pod) }
        wake()
        return version
    }

    /// Runs `body` while the board follows what happens. What breaks is taken up again; a refusal ends `body`'s waits.
    nonisolated func following<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws
        -> Result
    {
        try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask {
                await self.follow()
                return nil
            }
            tasks.addTask { .some(try await body()) }
            defer { tasks.cancelAll() }
            while let ended = try await tasks.next() {
                if let result = ended { return result }
            }
            throw CancellationError()
        }
    }

    /// Waits until `find` finds something.
    func first<Found: Sendable>(_ find: @Sendable (PodBoard.Pods) throws -> Found?) async throws -> Found {
        while true {
            if let found = try find(Pods(byID: byID, failedPulls: failedPulls)) { return found }
            if let failure { throw failure }
            try await change()
        }
    }

    /// Throws when nothing more is heard of the pods.
    func check() throws { if let failure { throw failure } }

    /// What ``first(_:)`` looks at.
    struct Pods: Sendable {
        let byID: [String: Pod]
        /// Pods as they were when their image could not be pulled.
        let failedPulls: [String: Pod]
    }

    /// Waits until anything has changed.
    private func change() async throws {
        try Task.checkCancellation()
        let number = nextWaiter
        nextWaiter += 1
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiters[number] = $0 }
        } onCancel: {
            Task { await self.wake(number) }
        }
        try Task.checkCancellation()
    }

    private func wake(_ number: Int) { waiters.removeValue(forKey: number)?.resume() }

    private func wake() {
        for number in waiters.keys { wake(number) }
    }

    // MARK: following

    private func follow() async {
        let watch = ObjectWatch<Pod>(
            cluster: cluster, kind: .pod, selector: selector, metadata: { $0.metadata }, clock: clock)
        do {
            // What is there is read whole: a pod that is missing for a moment would count as gone.
            try await watch.follow(from: version, patience: patience, anew: { try await self.load() }) {
                await self.take($0)
            }
        } catch {
            failure = error
            wake()
        }
    }

    private func take(_ change: ObjectWatch<Pod>.Change) async {
        switch change {
        case .present(let pod):
            note(pod)
            await lookUpFailedPull(pod)
        case .gone(let pod):
            note(pod)
            byID[pod.id] = nil
        }
        wake()
    }

    private func note(_ pod: Pod) {
        byID[pod.id] = pod
        if pod.waiting?.reason == "ErrImagePull" { failedPulls[pod.id] = pod }
    }

    /// Looks up why the image of a pod that only waits to pull it again could not be pulled.
    private func lookUpFailedPull(_ pod: Pod) async {
        guard failedPulls[pod.id] == nil, pod.waiting?.reason == "ImagePullBackOff",
            let message = await cluster.pullFailure(ofPod: pod.id)
        else { return }
        var told = pod
        told.status.containerStatuses?[0].state?.waiting = .init(reason: "ErrImagePull", message: message)
        failedPulls[pod.id] = told
    }
}

extension Pod {
    fileprivate var waiting: ContainerState.Waiting? {
        status.containerStatuses?.lazy.compactMap { $0.state?.waiting }.first
    }
}
