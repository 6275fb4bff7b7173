import JSONDocument
import Traffic

/// The fake's state. Everything that happens goes through it: requests, controllers, pods.
actor Cluster {
    var store = ObjectStore()
    let configuration: KubernetesFake.Configuration
    let clock: FakeClock
    let calendar: Calendar
    let kinds: [Kind]
    /// By uid: what runs in a pod, and what it has said.
    var pods: [String: PodProcess] = [:]
    var managers: [ObjectKey: FieldManagers] = [:]
    /// By uid, when a controller last saw a step forward.
    var progress: [String: Double] = [:]
    var addresses = 1
    /// By namespace and claim: the files that pods have written to it.
    var files: [String: [String: String]] = [:]
    private var watcherCount = 0
    private var isSettling = false
    private var mustSettleAgain = false
    private var timers: [String: Task<Void, Never>] = [:]

    init(_ configuration: KubernetesFake.Configuration) {
        self.configuration = configuration
        clock = FakeClock(speed: configuration.speed)
        calendar = Calendar(speed: clock.speed)
        kinds = Kind.served(by: configuration.minor)
        store.put(Self.node(calendar.now), ObjectKey(collection: "nodes", namespace: "", name: "127.0.0.1"))
        for name in configuration.namespaces {
            for (key, object) in Self.namespace(name, &store, calendar.now) { store.put(object, key) }
        }
    }

    func stop() {
        for timer in timers.values { timer.cancel() }
        for pod in pods.values { pod.task?.cancel() }
        for watcher in store.watchers.values { watcher.finish() }
    }

    func compact() { store.compact() }

    /// Changes since `version`, then those that come; `nil` when that is too long ago.
    func changes(since version: Int?) -> (past: [Change], coming: AsyncStream<Change>, number: Int)? {
        if let version, version < store.oldest { return nil }
        let (coming, feed) = AsyncStream<Change>.makeStream()
        watcherCount += 1
        store.watchers[watcherCount] = feed
        let past = version.map { version in store.history.filter { $0.version > version } } ?? []
        return (past, coming, watcherCount)
    }

    func endWatch(_ number: Int) { store.watchers.removeValue(forKey: number)?.finish() }

    /// Lets the controllers look again after so many seconds. There is one such appointment for each `reason`.
    func settle(after seconds: Double, _ reason: String) {
        timers[reason]?.cancel()
        timers[reason] = Task { [weak self, clock] in
            await clock.pause(seconds)
            guard !Task.isCancelled else { return }
            await self?.settle()
        }
    }

    /// Lets the controllers work until there is nothing left to do.
    func settle() {
        mustSettleAgain = true
        guard !isSettling else { return }
        isSettling = true
        defer { isSettling = false }
        var rounds = 0
        while mustSettleAgain, rounds < 200 {
            mustSettleAgain = false
            rounds += 1
            let before = store.version
            runControllers()
            if store.version != before { mustSettleAgain = true }
        }
    }

    private func runControllers() {
        finishNamespaces()
        collectGarbage()
        runAutoscalers()
        runDeployments()
        runReplicaSets()
        runStatefulSets()
        runJobs()
        runServices()
        runEndpointSlices()
        bindClaims()
        schedulePods()
    }

    func fakeObjects() -> [FakeObject] {
        store.objects.sorted { $0.key < $1.key }.compactMap { key, object in
            guard let kind = kinds.first(where: { $0.collection == key.collection }), !Self.derived.contains(kind.name)
            else { return nil }
            let container = object.at("spec", "containers")?.items?.first
            var environment: [String: String] = [:]
            if kind.name == "Pod", let container { environment = self.environment(container, of: object) }
            return FakeObject(
                kind: kind.name.lowercased(), id: object.uid, name: object.objectName, labels: object.labels,
                isRunning: kind.name == "Pod"
                    ? object.at("status", "phase")?.text == "Running" && pods[object.uid]?.isRunning == true : nil,
                environment: environment,
                isHeld: kind.name == "CronJob" ? object.at("spec", "suspend")?.flag ?? false : nil)
        }
    }

    /// What the cluster writes down by itself about what others made, and takes away with it, sooner or later.
    private static let derived: Set<String> = ["Event", "Endpoints", "EndpointSlice", "Node"]
}

/// The fake's time as documents write it.
struct Calendar: Sendable {
    private let start = ContinuousClock().now
    private let speed: Double

    init(speed: Double) {
        self.speed = speed
    }

    /// Seconds of the fake's time since it began.
    var seconds: Double {
        let passed = (ContinuousClock().now - start).components
        return (Double(passed.seconds) + Double(passed.attoseconds) / 1e18) * speed
    }

    /// 2030-01-01T00:00:00Z and what has passed since.
    var now: JSONValue { .string(text() + "Z") }

    /// With nanoseconds, as logs have it.
    var precise: String {
        let fraction = String(Int((seconds - seconds.rounded(.down)) * 1_000_000_000))
        return text() + "." + String(repeating: "0", count: max(0, 9 - fraction.count)) + fraction + "Z"
    }

    private func text() -> String { text(ago: 0) }

    /// The time so many seconds ago, without a zone.
    func text(ago: Int) -> String {
        func two(_ number: Int) -> String { (number < 10 ? "0" : "") + String(number) }
        let total = max(0, Int(seconds) - ago)
        // Nobody lets a fake run for longer than a month.
        let day = min(1 + total / 86_400, 31)
        return "2030-01-\(two(day))T\(two(total / 3_600 % 24)):\(two(total / 60 % 60)):\(two(total % 60))"
    }
}
