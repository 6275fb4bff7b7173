import AdapterKit
import FoundationEssentials
import ProcessStreams

/// Carries out a call that came as a document.
struct WireService: Sendable {
    private let plugin: AdapterPlugin
    private let request: WireRequest
    private let console: CallersConsole

    init(_ plugin: AdapterPlugin, _ request: WireRequest) {
        self.plugin = plugin
        self.request = request
        console = CallersConsole(Terminal(isQuiet: false, showsTerminal: true), request.terminal)
    }

    func answer() async throws -> (WireResult, ExitStatus) {
        if let capability = request.call.capability, !plugin.manifest.capabilities.contains(capability) {
            throw AdapterError(
                .unsupported, "the \(plugin.manifest.scheduler) scheduler cannot \(request.call.rawValue)")
        }
        let adapter = try plugin.make(context())
        var result = WireResult()
        var status = ExitStatus.success
        switch request.call {
        case .manifest: result.manifest = ProgramManifest(plugin)
        case .deploy:
            let rollout = try await adapter.deploy(given(\.deployment, "deployment"), console: console)
            (result.instances, result.superseded, result.place) = (
                rollout.instances, rollout.superseded, rollout.place
            )
        case .stop: try await adapter.stop(app(), removing: request.removing ?? false, console: console)
        case .remove: try await adapter.remove(app(), console: console)
        case .status:
            let answer = try await adapter.status(of: app())
            (result.count, result.running, result.states) = (answer.count, answer.running, answer.states)
        case .logs:
            try await adapter.logs(of: app(), matching: request.query ?? LogQuery(), console: console)
        case .run, .tasks, .taskLogs, .stopTasks, .retireTasks: status = try await tasks(role(adapter), &result)
        case .enter:
            let role: any SessionOpening = try role(adapter)
            let raw = request.session?.hasTerminal == true ? RawTerminal() : nil
            defer { raw?.restore() }
            status = try await role.enter(given(\.session, "session"), console: console)
        case .promote, .withdraw, .resume, .dismiss, .retire, .leftovers, .located, .prepareRestore:
            try await retiring(role(adapter), &result)
        case .inspect:
            let role: any Inspecting = try role(adapter)
            result.documentBytes = try await role.inspect(app())
        case .plan:
            let role: any Planning = try role(adapter)
            result.documentBytes = try await role.plan(given(\.deployment, "deployment"))
        case .compare:
            let role: any Comparing = try role(adapter)
            result.comparison = try await role.compare(given(\.deployment, "deployment"))
        case .keepCron:
            let role: any CronKeeping = try role(adapter)
            try await role.keep(given(\.cron, "cron"), of: app(), console: console)
        case .storageExec:
            let role: any StorageExecuting = try role(adapter)
            let task = try given(\.storageTask, "storageTask")
            let raw = task.hasTerminal ? RawTerminal() : nil
            defer { raw?.restore() }
            status = try await role.execute(task, console: console)
        case .storageDestroy:
            let role: any StorageExecuting = try role(adapter)
            try await role.destroy(given(\.storageEntry, "storageEntry"), console: console)
        case .examine:
            let role: any Examining = try role(adapter)
            result.examination = try await role.examine(request.app, console: console)
        case .platforms:
            let role: any NodeListing = try role(adapter)
            result.platforms = try await role.platforms(for: app()).sorted()
        case .takeLock, .renewLock, .releaseLock, .showLock: try await locking(role(adapter), &result)
        case .check:
            let role: any InstanceChecking = try role(adapter)
            result.failures = try await role.check(given(\.checkup, "checkup"), console: console)
        }
        await console.streams.settle()
        return (result, status)
    }

    private func tasks(_ role: any TaskRunning, _ result: inout WireResult) async throws -> ExitStatus {
        switch request.call {
        case .run:
            let task = try given(\.task, "task")
            let raw = task.hasTerminal && !task.isDetached ? RawTerminal() : nil
            defer { raw?.restore() }
            return try await role.run(task, console: console)
        case .tasks: result.tasks = try await role.tasks(of: app())
        case .taskLogs:
            try await role.logs(
                ofTask: request.taskName ?? "", of: app(), matching: request.query ?? LogQuery(), console: console)
        case .stopTasks:
            result.names = try await role.stopTasks(of: request.app, named: request.taskName, console: console)
        default: try await role.retireTasks(of: request.app, console: console)
        }
        return .success
    }

    private func retiring(_ role: any InstanceRetiring, _ result: inout WireResult) async throws {
        switch request.call {
        case .promote: try await role.promote(given(\.rollout, "rollout"), of: app(), console: console)
        case .withdraw: try await role.withdraw(given(\.rollout, "rollout"), of: app(), console: console)
        case .resume: try await role.resume(given(\.instances, "instances"), console: console)
        case .dismiss: try await role.dismiss(given(\.ids, "ids"))
        case .retire:
            result.names = try await role.retire(
                given(\.ids, "ids"), stopTimeout: request.stopTimeout ?? 30, console: console)
        case .leftovers: result.names = try await role.leftovers(of: app(), known: Set(request.ids ?? []))
        case .located: result.instances = try await role.located(given(\.instances, "instances"))
        default: try await role.prepareRestore(of: app())
        }
    }

    private func locking(_ role: any DeployLocking, _ result: inout WireResult) async throws {
        switch request.call {
        case .takeLock:
            result.lock = try await role.takeLock(given(\.lock, "lock"), of: app(), over: request.outdatedLock)
        case .renewLock: result.isHeld = try await role.renewLock(given(\.lock, "lock"), of: app())
        case .releaseLock: try await role.releaseLock(given(\.lock, "lock"), of: app())
        default: result.lock = try await role.lock(of: app())
        }
    }

    private func app() throws -> App { try given(\.app, "app") }

    private func given<Value>(_ field: KeyPath<WireRequest, Value?>, _ name: String) throws -> Value {
        guard let value = request[keyPath: field] else {
            throw AdapterError(.invalidInput, "the request for \(request.call.rawValue) lacks \(name)")
        }
        return value
    }

    private func role<Role>(_ adapter: any Adapter) throws -> Role {
        guard let role = adapter as? Role else {
            throw AdapterError(
                .unsupported, "the \(plugin.manifest.scheduler) scheduler claims a role that it does not have")
        }
        return role
    }

    private func context() -> AdapterContext {
        let requests = console.streams.requests
        let trace: (@Sendable (String) -> Void)? = request.isVerbose ? { @Sendable in requests.note($0) } : nil
        return AdapterContext(
            settings: request.settings,
            variables: request.variables.filter { plugin.variables.contains($0.key) }, origin: request.origin,
            readFile: { path in
                guard let bytes = FileManager.default.contents(atPath: path) else {
                    throw AdapterError(.invalidSettings, "there is no file \(path)")
                }
                return Array(bytes)
            },
            listFolder: { path in
                guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
                    throw AdapterError(.invalidSettings, "there is no folder \(path)")
                }
                return names.sorted()
            },
            runOnHost: { try await HostPrograms.run($0).status }, outputOnHost: HostPrograms.output,
            now: { [time = request.time] in time },
            clock: ScaledClock(speed: request.speed), trace: trace)
    }
}

/// The process's own streams, with the terminal that the caller told of where they have none themselves.
private struct CallersConsole: Console {
    let streams: Terminal
    private let told: TerminalSize?

    init(_ streams: Terminal, _ told: TerminalSize?) {
        self.streams = streams
        self.told = told
    }

    var terminal: TerminalSize? { streams.terminal ?? told }
    func report(_ note: Note) async { await streams.report(note) }
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws { try await streams.write(bytes, to: channel) }
    func read() async throws -> ConsoleInput { try await streams.read() }
}
