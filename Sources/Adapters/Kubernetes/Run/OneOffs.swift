import APIClient
import AdapterKit

extension KubernetesAdapter: TaskRunning {
    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus {
        try await oneOffs("run a task of \(task.app.name)") { try await $0.run(task, console: console) }
    }

    func tasks(of app: App) async throws -> [TaskRecord] {
        try await oneOffs("list the tasks of \(app.name)") { try await $0.list(of: app) }
    }

    func logs(ofTask name: String, of app: App, matching query: LogQuery, console: any Console) async throws {
        try await oneOffs("read the log of \(name)") {
            try await $0.logs(of: name, of: app, matching: query, console: console)
        }
    }

    func stopTasks(of app: App?, named name: String?, console: any Console) async throws -> [String] {
        try await oneOffs("stop tasks") { try await $0.stop(of: app, named: name) }
    }

    func retireTasks(of app: App?, console: any Console) async throws {
        try await oneOffs("retire expired tasks") { try await $0.retire(of: app, console: console) }
    }

    private func oneOffs<Result>(_ action: String, _ body: (OneOffs) async throws -> Result) async throws -> Result {
        let cluster = try await connection.cluster()
        return try await ClusterTrouble.translating(action) {
            try await body(OneOffs(cluster: cluster, settings: settings, clock: context.clock, now: context.now))
        }
    }
}

extension KubernetesAdapter: StorageExecuting {
    func execute(_ task: StorageTask, console: any Console) async throws -> ExitStatus {
        let cluster = try await connection.cluster()
        return try await ClusterTrouble.translating("run a command with storage entry \(task.entry.name)") {
            try await OneOffs(cluster: cluster, settings: settings, clock: context.clock, now: context.now)
                .execute(task, console: console)
        }
    }

    func destroy(_ entry: StorageEntry, console: any Console) async throws {
        let cluster = try await connection.cluster()
        try await ClusterTrouble.translating("delete storage entry \(entry.name)") {
            try await ClaimEnd(cluster: cluster, origin: settings.origin, clock: context.clock).delete(
                entry, console: console)
        }
    }
}

/// An app's one-off tasks in a cluster.
struct OneOffs: Sendable {
    let cluster: Cluster
    let settings: KubernetesSettings
    let clock: any Clock<Duration>
    /// Seconds since 1970.
    let now: @Sendable () -> Int

    /// How long a task that has ended can still be asked for its log, in seconds.
    private static let keptAfterEnd = 600

    // MARK: running

    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus {
        try await makeRoom(for: task, console: console)
        let record = try await ReleaseRecord.read(cluster, task.app.name)
        return try await attempt(
            console: console, app: task.app.name, stopTimeout: task.app.stopTimeout, isDetached: task.isDetached
        ) { gated in
            try TaskPods.pod(
                of: task, beside: record, in: cluster.namespace, settings: settings, gated: gated)
        }
    }

    func execute(_ task: StorageTask, console: any Console) async throws -> ExitStatus {
        var cluster = cluster
        if !task.entry.namespace.isEmpty {
            cluster = Cluster(client: cluster.client, namespace: task.entry.namespace, name: cluster.name)
        }
        let entry = try AppName(Name.object(task.entry.name))
        let own = OneOffs(cluster: cluster, settings: settings, clock: clock, now: now)
        return try await own.attempt(console: console, app: entry, stopTimeout: 5, isDetached: false) { gated in
            try TaskPods.pod(of: task, in: own.cluster.namespace, settings: settings, gated: gated)
        }
    }

    /// Runs a pod; once more without a gate where the image has no shell to wait in. Nothing ran then.
    private func attempt(
        console: any Console, app: AppName, stopTimeout: Int, isDetached: Bool, _ pod: (_ gated: Bool) throws -> TaskPod
    ) async throws -> ExitStatus {
        func run(_ pod: TaskPod) -> TaskRun {
            TaskRun(
                pod: pod, cluster: cluster, console: console, clock: clock, app: app,
                settings: settings, stopTimeout: stopTimeout)
        }
        let gated = try pod(true)
        for warning in gated.warnings { await console.report(.warning(warning)) }
        if isDetached { return try await run(gated).detached() }
        do {
            return try await run(gated).attached()
        } catch is TaskRun.NoShell {
            return try await run(try pod(false)).attached()
        }
    }

    // MARK: what there is

    func list(of app: App) async throws -> [TaskRecord] {
        // One that is being removed is listed a while longer.
        try await pods(of: app.name).filter { $0.metadata.deletionTimestamp == nil }.map { pod in
            TaskRecord(
                name: pod.metadata.name, state: (pod.status.phase ?? "Unknown").lowercased(),
                command: pod.metadata.annotations?[Annotation.command] ?? "", created: pod.created)
        }.sorted { ($0.created, $0.name) < ($1.created, $1.name) }
    }

    func logs(of name: String, of app: App, matching query: LogQuery, console: any Console) async throws {
        let selector = Label.selector(app.name, origin: settings.origin, [Label.role: TaskPods.Role.task.rawValue])
        let board = PodBoard(cluster, selector: selector, clock: clock)
        try await board.load()
        let found = await board.pods.filter { name.isEmpty || $0.metadata.name == name }
        guard name.isEmpty || !found.isEmpty else {
            throw AdapterError(
                .notFound, "\(app.name) has no run container called \(name)", hint: "run:list \(app.name)")
        }
        try await LogReader(cluster: cluster, query: query, console: console, clock: clock).read(
            found.map { pod in
                LogSource(
                    pod: pod.metadata.name, id: pod.id, container: pod.ownContainer("run"),
                    title: String(pod.metadata.name.split(separator: "-").last ?? ""))
            }, of: board)
    }

    // MARK: their end

    func stop(of app: App?, named name: String?) async throws -> [String] {
        let found = try await pods(of: app?.name).filter {
            (name == nil || $0.metadata.name == name) && $0.metadata.deletionTimestamp == nil
        }
        _ = try await throttled(found, atOnce: 8) { try await end($0, seconds: app?.stopTimeout ?? 30) }
        return found.map(\.metadata.name).sorted()
    }

    func retire(of app: App?, console: any Console) async throws {
        var found: [Pod] = []
        for role in [TaskPods.Role.task, .cron] { found += try await pods(of: app?.name, role) }
        let time = now()
        // What a Job has made, the Job's owner retires.
        let expired = found.filter { $0.owningJob == nil && $0.isExpired(at: time, keptAfterEnd: Self.keptAfterEnd) }
        _ = try await throttled(expired, atOnce: 8) { pod in
            await console.report(.detail("Retiring pod \(pod.metadata.name)"))
            try await end(pod, seconds: app?.stopTimeout ?? 30)
        }
    }

    /// The overlap policy of cron tasks.
    private func makeRoom(for task: OneOffTask, console: any Console) async throws {
        guard let id = task.cronID, task.concurrency != .allow else { return }
        let running = try await pods(of: task.app.name, .cron).filter {
            $0.metadata.labels?[Label.cron] == Name.label(id) && $0.isUnderWay
        }
        guard !running.isEmpty else { return }
        if task.concurrency == .forbid {
            throw AdapterError(.conflict, "\(task.app.name) currently has a cron lock in place for \(id). Exiting...")
        }
        await console.report(.warning("Replacing running container for \(id)"))
        _ = try await throttled(running, atOnce: 8) { try await end($0, seconds: task.app.stopTimeout) }
    }

    /// Ends a task and waits until it is gone.
    private func end(_ pod: Pod, seconds: Int) async throws {
        let namespace = pod.metadata.namespace ?? cluster.namespace
        if let job = pod.owningJob {
            // It would make another.
            try await cluster.send(KubernetesCalls.delete(.job, job, in: namespace))
        }
        let grace = pod.isUnderWay ? seconds : 0
        try await cluster.send(
            KubernetesCalls.delete(.pod, pod.metadata.name, in: namespace, uid: pod.metadata.uid, grace: grace))
        let limit = ContinuousClock.now + .seconds(grace + 10)
        while ContinuousClock.now < limit {
            do {
                let now = try await cluster.send(
                    KubernetesCalls.get(.pod, pod.metadata.name, in: namespace, as: Pod.self))
                guard now.id == pod.id else { return }
            } catch let failure as APIFailure where failure.status == 404 {
                return
            }
            try await clock.sleep(for: .milliseconds(300))
        }
    }

    /// The tasks of `app`, or of all apps wherever we may look for them.
    private func pods(of app: AppName?, _ role: TaskPods.Role = .task) async throws -> [Pod] {
        func list(_ namespace: String?, _ selector: String) async throws -> [Pod] {
            try await cluster.send(KubernetesCalls.list(.pod, in: namespace, selector: selector, as: Pod.self)).items
        }
        if let app {
            let selector = Label.selector(app, origin: settings.origin, [Label.role: role.rawValue])
            return try await list(cluster.namespace, selector)
        }
        var labels = ["app.kubernetes.io/managed-by=linkspan", "\(Label.role)=\(role.rawValue)"]
        if !settings.origin.isEmpty { labels.append("\(Label.origin)=\(settings.origin)") }
        let selector = labels.joined(separator: ",")
        do {
            return try await list(nil, selector)
        } catch let failure as APIFailure where failure.status == 403 {
            return try await list(cluster.namespace, selector)
        }
    }
}

extension Pod {
    /// Seconds since 1970.
    fileprivate var created: Int { metadata.creationTimestamp.flatMap(LogTime.seconds) ?? 0 }

    /// Whether it has something to end.
    fileprivate var isUnderWay: Bool {
        metadata.deletionTimestamp == nil && (status.phase == "Pending" || status.phase == "Running")
    }

    fileprivate var owningJob: String? { metadata.ownerReferences?.first { $0.kind == "Job" }?.name }

    fileprivate func isExpired(at time: Int, keptAfterEnd: Int) -> Bool {
        if let limit = spec.activeDeadlineSeconds, created + limit < time { return true }
        let ended = status.containerStatuses?.compactMap { $0.state?.terminated?.finishedAt.flatMap(LogTime.seconds) }
        guard !isUnderWay, let ended = ended?.max() else { return false }
        return ended + keptAfterEnd < time
    }
}
