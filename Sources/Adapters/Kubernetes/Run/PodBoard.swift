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
    private var awaySince: ContinuousClock.Instant?
    /// How long the server may stay away.
    private let patience: Duration

    private static let longestPause = Duration.seconds(5)

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
    func load() async throws {
        let list = try await cluster.send(
            KubernetesCalls.list(.pod, in: cluster.namespace, selector: selector, as: Pod.self))
        version = list.metadata.resourceVersion ?? "0"
        byID = Dictionary(list.items.map { ($0.id, $0) }) { $1 }
        for pod in list.items { await lookUpFailedPull(pod) }
        wake()
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
        var pause = Duration.milliseconds(100)
        while !Task.isCancelled {
            do {
                if try await watch() { pause = .milliseconds(100) }
                awaySince = nil
            } catch let refusal as APIFailure where refusal.isRefusal {
                failure = refusal
                return wake()
            } catch {
                // The server is away for a moment. What it has to say waits for us there.
                let since = awaySince ?? .now
                awaySince = since
                if since.duration(to: .now) > clock.real(patience) {
                    failure = error
                    return wake()
                }
            }
            try? await clock.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    /// One watch until it ends.
    /// - Returns: whether anything came.
    private func watch() async throws -> Bool {
        let bytes = try await cluster.client.stream(
            KubernetesCalls.watch(.pod, in: cluster.namespace, selector: selector, from: version))
        var splitter = LineSplitter()
        var hasSome = false
        for try await chunk in bytes {
            for line in splitter.lines(adding: chunk) {
                hasSome = true
                switch try WatchEvent<Pod>(line: line) {
                case .added(let pod), .modified(let pod):
                    note(pod)
                    await lookUpFailedPull(pod)
                case .deleted(let pod):
                    note(pod)
                    byID[pod.id] = nil
                case .bookmark(let resourceVersion): version = resourceVersion
                case .error:
                    // Too long ago to go on from.
                    try await load()
                    return true
                }
            }
            wake()
        }
        return hasSome
    }

    private func note(_ pod: Pod) {
        version = pod.metadata.resourceVersion ?? version
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

extension APIFailure {
    /// Whether asking again will be answered in the same way.
    var isRefusal: Bool { status.map { [400, 401, 403, 404, 405, 422].contains($0) } ?? false }
}
