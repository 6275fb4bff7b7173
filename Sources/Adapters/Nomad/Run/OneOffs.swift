import APIClient
import AdapterKit

extension NomadAdapter: TaskRunning {
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
        let server = try await connection.server()
        return try await NomadTrouble.translating(action) {
            try await body(OneOffs(server: server, settings: settings, clock: context.clock, now: context.now))
        }
    }
}

/// An app's one-off tasks on the servers.
struct OneOffs: Sendable {
    let server: NomadServer
    let settings: NomadSettings
    let clock: any Clock<Duration>
    /// Seconds since 1970.
    let now: @Sendable () -> Int

    /// How long a task that has ended can still be asked for its log, in seconds.
    private static let keptAfterEnd = 600

    private var jobs: AppJobs { AppJobs(server: server, settings: settings) }

    // MARK: running

    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus {
        try await NamespaceUpkeep(server: server).ensure(console: console)
        try await makeRoom(for: task, console: console)
        let facts = try await ServerFacts.read(server, task.app.name, settings, withCron: false)
        if task.isDetached {
            return try await taskRun(task, facts, isHeld: false, console: console).detached()
        }
        // A command that is started in a task that runs already takes input, and loses nothing: of a container that ends
        // at once, Nomad's driver may neither see the exit status nor catch the output (seen with 1.1.0).
        do {
            return try await taskRun(task, facts, isHeld: true, console: console).attached()
        } catch is TaskRun.NoShell {
            await console.report(.warning("the image has no shell, so the task gets neither input nor a terminal"))
            return try await taskRun(task, facts, isHeld: false, console: console).attached()
        }
    }

    private func taskRun(_ task: OneOffTask, _ facts: ServerFacts, isHeld: Bool, console: any Console) async throws
        -> TaskRun
    {
        let job = try TaskJob(task, settings: settings, facts: facts, isHeld: isHeld)
        for warning in job.warnings { await console.report(.warning(warning)) }
        return TaskRun(
            job: job, server: server, console: console, clock: clock, app: task.app.name,
            startTimeout: settings.healthyDeadline, stopTimeout: task.app.stopTimeout, hasTerminal: task.hasTerminal)
    }

    // MARK: what there is

    func list(of app: App) async throws -> [TaskRecord] {
        try await jobs.others(of: app.name).filter { $0.role == .task }.map { found in
            TaskRecord(
                name: found.job.id, state: found.job.status, command: found.job.meta[Meta.command] ?? "",
                created: found.job.created)
        }
    }

    func logs(of name: String, of app: App, matching query: LogQuery, console: any Console) async throws {
        let all: [AppJobs.Found]
        if name.isEmpty {
            all = try await jobs.others(of: app.name)
        } else {
            all = try await jobs.other(name, of: app.name).map { [$0] } ?? []
        }
        let found = all.filter { $0.role == .task }
        guard name.isEmpty || !found.isEmpty else {
            throw AdapterError(
                .notFound, "\(app.name) has no run container called \(name)", hint: "run:list \(app.name)")
        }
        _ = try await throttled(found, atOnce: query.follow ? found.count : 1) { found in
            let board = AllocationBoard(server, job: found.job.id)
            try await board.load()
            let sources = await board.allocations.map { allocation in
                LogSource(
                    allocation: allocation.ID, task: Meta.Role.task.noun,
                    title: "\(Meta.Role.task.noun).\(found.job.id.split(separator: "-").last ?? "")")
            }
            try await LogReader(server: server, query: query, console: console, clock: clock).read(sources, of: board)
        }
    }

    // MARK: their end

    func stop(of app: App?, named name: String?) async throws -> [String] {
        let all: [AppJobs.Found]
        if let name {
            all = try await jobs.other(name, of: app?.name).map { [$0] } ?? []
        } else {
            all = try await jobs.others(of: app?.name)
        }
        let found = all.filter { $0.role == .task }
        _ = try await throttled(found, atOnce: 8) { try await end($0, seconds: app?.stopTimeout ?? 30) }
        return found.map(\.job.id).sorted()
    }

    func retire(of app: App?, console: any Console) async throws {
        let time = now()
        for found in try await jobs.others(of: app?.name) where !found.isPeriodic {
            guard try await isExpired(found, at: time) else { continue }
            await console.report(.detail("Retiring job \(found.job.id)"))
            try await end(found, seconds: app?.stopTimeout ?? 30)
        }
    }

    private func isExpired(_ found: AppJobs.Found, at time: Int) async throws -> Bool {
        let limit = found.job.meta[Meta.timeToLive].flatMap { Int($0) } ?? 86_400
        if found.job.created + limit < time { return true }
        guard found.job.status == "dead" else { return false }
        let ends = try await server.send(NomadCalls.allocations(ofJob: found.job.id)).compactMap(\.ModifyTime)
        return (ends.max() ?? found.job.submitTime) / 1_000_000_000 + Self.keptAfterEnd < time
    }

    /// The overlap policy of cron tasks.
    private func makeRoom(for task: OneOffTask, console: any Console) async throws {
        guard let id = task.cronID, task.concurrency != .allow else { return }
        let same = try await jobs.others(of: task.app.name).filter { $0.job.meta[Meta.cron] == id }
        // What the periodic job has started, and what was started by hand.
        let children = same.flatMap(\.children).filter { $0.Status != "dead" }.map(\.ID)
        let running = same.filter { !$0.isPeriodic && $0.job.status != "dead" }
        guard !running.isEmpty || !children.isEmpty else { return }
        if task.concurrency == .forbid {
            throw AdapterError(.conflict, "\(task.app.name) currently has a cron lock in place for \(id). Exiting...")
        }
        await console.report(.warning("Replacing running container for \(id)"))
        _ = try await throttled(running, atOnce: 8) { try await end($0, seconds: task.app.stopTimeout) }
        for child in children {
            try await JobEnd(server: server, clock: clock).end(child, purge: false, within: task.app.stopTimeout + 30)
        }
    }

    /// Ends a task and waits until it is gone.
    private func end(_ found: AppJobs.Found, seconds: Int) async throws {
        try await JobEnd(server: server, clock: clock).end(found.job.id, purge: true, within: seconds + 30)
        if !PlannedVariable.keys(in: found.job.document).isEmpty {
            try await server.send(NomadCalls.deleteVariable(Name.variable(found.job.id)))
        }
    }
}

extension LiveJob {
    /// Seconds since 1970.
    var created: Int { submitTime / 1_000_000_000 }
}
