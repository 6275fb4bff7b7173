import AdapterKit

/// An adapter each of whose calls is one run of a program.
struct ExecutableAdapter: Adapter {
    let program: AdapterProgram
    let context: AdapterContext

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        let result = try await answer(.deploy, console) { $0.deployment = deployment }
        return Rollout(
            instances: result.instances ?? [], superseded: result.superseded ?? [], place: result.place)
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {
        _ = try await answer(.stop, console) { ($0.app, $0.removing) = (app, removing) }
    }

    func remove(_ app: App, console: any Console) async throws {
        _ = try await answer(.remove, console) { $0.app = app }
    }

    func status(of app: App) async throws -> AppStatus {
        let result = try await answer(.status) { $0.app = app }
        guard let count = result.count, let running = result.running else {
            throw AdapterError(.unexpectedReply, "the adapter's status lacks count or running")
        }
        guard let states = result.states else { return AppStatus(count: count, running: running) }
        return AppStatus(states: states)
    }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {
        _ = try await answer(.logs, console) { ($0.app, $0.query) = (app, query) }
    }
}

extension ExecutableAdapter: TaskRunning {
    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus {
        try await status(.run, console) { $0.task = task }
    }

    func tasks(of app: App) async throws -> [TaskRecord] {
        try await answer(.tasks) { $0.app = app }.tasks ?? []
    }

    func logs(ofTask name: String, of app: App, matching query: LogQuery, console: any Console) async throws {
        _ = try await answer(.taskLogs, console) { ($0.app, $0.query, $0.taskName) = (app, query, name) }
    }

    func stopTasks(of app: App?, named name: String?, console: any Console) async throws -> [String] {
        try await answer(.stopTasks, console) { ($0.app, $0.taskName) = (app, name) }.names ?? []
    }

    func retireTasks(of app: App?, console: any Console) async throws {
        _ = try await answer(.retireTasks, console) { $0.app = app }
    }
}

extension ExecutableAdapter: SessionOpening {
    func enter(_ session: Session, console: any Console) async throws -> ExitStatus {
        try await status(.enter, console) { $0.session = session }
    }
}

extension ExecutableAdapter: InstanceRetiring {
    func promote(_ rollout: Rollout, of app: App, console: any Console) async throws {
        _ = try await answer(.promote, console) { ($0.app, $0.rollout) = (app, rollout) }
    }

    func withdraw(_ rollout: Rollout, of app: App, console: any Console) async throws {
        _ = try await answer(.withdraw, console) { ($0.app, $0.rollout) = (app, rollout) }
    }

    func resume(_ instances: [Instance], console: any Console) async throws {
        _ = try await answer(.resume, console) { $0.instances = instances }
    }

    func dismiss(_ instances: [String]) async throws { _ = try await answer(.dismiss) { $0.ids = instances } }

    func retire(_ instances: [String], stopTimeout: Int, console: any Console) async throws -> [String] {
        try await answer(.retire, console) { ($0.ids, $0.stopTimeout) = (instances, stopTimeout) }.names ?? []
    }

    func leftovers(of app: App, known: Set<String>) async throws -> [String] {
        try await answer(.leftovers) { ($0.app, $0.ids) = (app, known.sorted()) }.names ?? []
    }

    func located(_ instances: [Instance]) async throws -> [Instance] {
        try await answer(.located) { $0.instances = instances }.instances ?? instances
    }

    func prepareRestore(of app: App) async throws { _ = try await answer(.prepareRestore) { $0.app = app } }
}

extension ExecutableAdapter: Inspecting, Comparing {
    func inspect(_ app: App) async throws -> [UInt8] { try await document(.inspect) { $0.app = app } }

    func plan(_ deployment: Deployment) async throws -> [UInt8] {
        try await document(.plan) { $0.deployment = deployment }
    }

    func compare(_ deployment: Deployment) async throws -> Comparison {
        let result = try await answer(.compare) { $0.deployment = deployment }
        guard let comparison = result.comparison else {
            throw AdapterError(.unexpectedReply, "the adapter's compare left no comparison")
        }
        return comparison
    }
}

extension ExecutableAdapter: CronKeeping, StorageExecuting, Examining, InstanceChecking {
    func keep(_ tasks: [CronTask], of app: App, console: any Console) async throws {
        _ = try await answer(.keepCron, console) { ($0.cron, $0.app) = (tasks, app) }
    }

    func execute(_ task: StorageTask, console: any Console) async throws -> ExitStatus {
        try await status(.storageExec, console) { $0.storageTask = task }
    }

    func destroy(_ entry: StorageEntry, console: any Console) async throws {
        _ = try await answer(.storageDestroy, console) { $0.storageEntry = entry }
    }

    func examine(_ app: App?, console: any Console) async throws -> Examination {
        let result = try await answer(.examine, console) { $0.app = app }
        guard let examination = result.examination else {
            throw AdapterError(.unexpectedReply, "the adapter's examine left no examination")
        }
        return examination
    }

    func check(_ checkup: Checkup, console: any Console) async throws -> [FailedInstance] {
        let result = try await answer(.check, console) { $0.checkup = checkup }
        guard let failures = result.failures else {
            // Nothing at all must not pass for checks that passed.
            throw AdapterError(.unexpectedReply, "the adapter's check left no failures, not even an empty list")
        }
        return failures
    }
}

extension ExecutableAdapter: NodeListing, DeployLocking {
    func platforms(for app: App) async throws -> Set<Platform> {
        Set(try await answer(.platforms) { $0.app = app }.platforms ?? [])
    }

    func takeLock(_ lock: HeldLock, of app: App, over outdated: HeldLock?) async throws -> HeldLock? {
        try await answer(.takeLock) { ($0.app, $0.lock, $0.outdatedLock) = (app, lock, outdated) }.lock
    }

    func renewLock(_ lock: HeldLock, of app: App) async throws -> Bool {
        let result = try await answer(.renewLock) { ($0.app, $0.lock) = (app, lock) }
        guard let isHeld = result.isHeld else {
            throw AdapterError(.unexpectedReply, "the adapter's renew-lock lacks isHeld")
        }
        return isHeld
    }

    func releaseLock(_ lock: HeldLock, of app: App) async throws {
        _ = try await answer(.releaseLock) { ($0.app, $0.lock) = (app, lock) }
    }

    func lock(of app: App) async throws -> HeldLock? { try await answer(.showLock) { $0.app = app }.lock }
}

extension ExecutableAdapter {
    private func run(
        _ call: AdapterCall, _ console: any Console, _ fill: (inout WireRequest) -> Void
    ) async throws -> (ExitStatus, WireResult) {
        var request = WireRequest(
            call, settings: context.settings, variables: context.variables, origin: context.origin,
            time: context.now())
        request.speed = (context.clock as? ScaledClock)?.speed ?? 1
        request.isVerbose = context.trace != nil
        request.terminal = console.terminal
        fill(&request)
        let (status, result) = try await ProgramRun(program, request, console: console).ended()
        if let error = result.error { throw error }
        return (status, result)
    }

    /// The result of a call that must end with 0.
    private func answer(
        _ call: AdapterCall, _ console: any Console = NobodysConsole(), _ fill: (inout WireRequest) -> Void
    ) async throws -> WireResult {
        let (status, result) = try await run(call, console, fill)
        let name = program.manifest.manifest.scheduler
        switch status.rawValue {
        case 0: return result
        case 10: throw AdapterError(.unsupported, "the \(name) scheduler cannot \(call.rawValue)")
        default:
            throw AdapterError(
                .unexpectedReply, "the \(name) adapter's \(call.rawValue) ended with code \(status.rawValue)",
                details: ["it left no error in its result"])
        }
    }

    /// The workload's exit status.
    private func status(
        _ call: AdapterCall, _ console: any Console, _ fill: (inout WireRequest) -> Void
    ) async throws -> ExitStatus {
        try await run(call, console, fill).0
    }

    private func document(_ call: AdapterCall, _ fill: (inout WireRequest) -> Void) async throws -> [UInt8] {
        guard let bytes = try await answer(call, NobodysConsole(), fill).documentBytes else {
            throw AdapterError(.unexpectedReply, "the adapter's \(call.rawValue) left no document")
        }
        return bytes
    }
}

/// For calls that say nothing: what the program prints all the same is the program's own trouble.
struct NobodysConsole: Console {
    var terminal: TerminalSize? { nil }
    func report(_ note: Note) async {}
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {}
    func read() async throws -> ConsoleInput { .end }
}
