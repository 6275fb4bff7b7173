import AdapterKit
import DokkuIO

/// Carries a trigger out, with the same operations that the commands use.
package struct Dispatcher: Sendable {
    private let host: Host

    package init(_ host: Host) {
        self.host = host
    }

    /// - Returns: the exit status that Dokku gets.
    package func answer(_ call: TriggerCall) async throws -> ExitStatus {
        switch call.trigger {
        case .usesHostCron:
            let plugin = try host.catalog.plugin(for: call.scheduler)
            await host.console.line(plugin.manifest.cron == .host ? "true" : "false")
        case .retire:
            let app = call.app.isEmpty ? nil : try AppName(call.app)
            // Dokku says itself what it is about, and calls for tasks on their own.
            try await host.layout.isDokku ? Retirement(host).retireInstances(app) : Retirement(host).retire(app)
        case .runRetire: try await retireTasks(call)
        case .runStop(let task):
            let (app, name) = try TaskName.resolve(app: call.app, container: task, host)
            try await Tasks(host, app).stopAndTell(name)
        case .preRestore where call.app.isEmpty: break
        case .certificateChanged: try await redeploy(call)
        case .proxy(let type):
            throw AdapterError(
                .unsupported,
                "traffic to \(call.app) does not pass \(type.isEmpty ? "a proxy of Dokku's" : type) on this host",
                details: ["\(call.scheduler) leads it to the instances itself"], hint: "ps:inspect \(call.app)")
        case .storageExec(let image, let words, let user, let hasTerminal):
            return try await Storage(host).execute(
                call.app, image: ImageReference(image), words, user: user, hasTerminal: hasTerminal)
        case .checkDeploy(let container):
            let app = try AppName(call.app)
            guard try host.scheduler(of: app) == call.scheduler else { break }
            try await Checkups(host, try host.apps.existing(app.description)).run(container, on: call.scheduler)
        case .cronWrite: try await CronKeeper(host).keep(call.app.isEmpty ? nil : try AppName(call.app))
        default: return try await answer(call, try AppName(call.app))
        }
        return .success
    }

    private func answer(_ call: TriggerCall, _ name: AppName) async throws -> ExitStatus {
        let adapter = try adapter(call, name)
        let app = try host.reader(name).liveApp()
        switch call.trigger {
        case .deploy(let tag, let only):
            try await Processes(host, name).deploy(
                tag: host.layout.isDokku ? tag : nil, only: try only.map { try ProcessType($0) },
                isRestart: host.variables.command == "ps:restart", reason: host.variables.reason)
        case .isDeployed:
            let isDeployed = try await Reports(host).isDeployed(name, on: call.scheduler)
            return isDeployed ? .success : ExitStatus(rawValue: 1)
        case .appStatus:
            await host.console.line(await status(of: app, adapter))
        case .stop(let removing): try await adapter.stop(app, removing: removing, console: host.console)
        case .postDelete: try await adapter.remove(app, console: host.console)
        case .preRestore:
            let keeper = try host.optionalRole((any InstanceRetiring).self, .retire, of: name, on: call.scheduler)
            try await keeper?.prepareRestore(of: app)
        case .inspect:
            let inspector = try host.optionalRole((any Inspecting).self, .inspect, of: name, on: call.scheduler)
            guard let adapter = inspector else { break }
            try await host.console.write(adapter.inspect(app), to: .output)
        case .logs(let process, let follow, let isRaw, let count):
            let query = LogQuery(
                source: try LogQuery.Source(process), count: count ?? 100, follow: follow, isRaw: isRaw)
            try await adapter.logs(of: app, matching: query, console: host.console)
        case .logsFailed: try await FailedLogs(host, name).show()
        case .enter(let words):
            let (target, command) = try SessionWords.parse(words)
            return try await Tasks(host, name).enter(target, command)
        case .run(let pairs, let words): return try await run(pairs, words, name)
        case .runList(let format): try await TaskTable(host, name).show(isJSON: format != "stdout")
        case .runLogs(let task, let follow, let isRaw, let count):
            try await Tasks(host, name).logs(of: task, LogQuery(count: count ?? 100, follow: follow, isRaw: isRaw))
        case .registerRetired(let id, let wait): try await Retirement(host).register(id, of: name, wait: wait)
        case .retire, .runRetire, .runStop, .usesHostCron, .cronWrite, .certificateChanged, .proxy, .storageExec,
            .checkDeploy:
            break
        }
        return .success
    }

    /// Without an app it is the whole host's house-keeping (contract 2.8). A scheduler elsewhere is then asked app by
    /// app, since each may lead to another cluster, and not at all if no app is there. One that does not answer is told
    /// of and no more: Dokku asks nobody behind the first that fails, and `ps:retire` fails with it.
    private func retireTasks(_ call: TriggerCall) async throws {
        let scheduler = call.scheduler.isEmpty ? "docker-local" : call.scheduler
        let isLocal = scheduler == "docker-local"
        guard isLocal || !call.app.isEmpty else {
            for app in try host.apps.all() where (try? host.scheduler(of: app)) == scheduler {
                do {
                    try await retireTasks(of: app, on: scheduler)
                } catch {
                    try Task.checkCancellation()
                    await host.warn(of: error, in: app)
                }
            }
            return
        }
        let app = call.app.isEmpty ? nil : try AppName(call.app)
        if isLocal, host.layout.isDokku {
            let whose = app.map { "run and cron containers for app \($0)" } ?? "all run and cron containers"
            await host.console.report(.step("Retiring " + whose))
        }
        try await retireTasks(of: app, on: scheduler)
    }

    private func retireTasks(of app: AppName?, on scheduler: String) async throws {
        let adapter = try host.optionalRole((any TaskRunning).self, .run, of: app, on: scheduler)
        try await adapter?.retireTasks(of: app.map { try host.reader($0).liveApp() }, console: host.console)
    }

    /// A scheduler elsewhere has the certificate only with a release: the one that serves goes there again.
    private func redeploy(_ call: TriggerCall) async throws {
        guard let app = try? AppName(call.app), host.apps.exists(app), try host.scheduler(of: app) == call.scheduler,
            try Reports(host).isDeployed(app)
        else { return }
        try await Processes(host, app).deploy(tag: "", only: nil, isRestart: false, reason: "certificate")
    }

    /// The environment says how (contract 2.15).
    private func run(_ pairs: [String], _ words: [String], _ name: AppName) async throws -> ExitStatus {
        var options = Tasks.Options()
        options.environment = try EnvironmentPairs.parse(pairs)
        options.isDetached = host.variables.isDetached
        options.hasTerminal = host.variables.hasTerminal
        options.timeToLive = host.variables.timeToLive
        options.cronID = host.variables.cronID
        options.concurrency = host.variables.concurrency ?? .allow
        return try await Tasks(host, name).run(words, options)
    }

    /// Dokku breaks on an empty answer: whatever is in the way, there is one (contract 2.10, 9.3).
    private func status(of app: App, _ adapter: any Adapter) async -> String {
        do {
            let status = try await adapter.status(of: app)
            return "\(status.count) \(status.running.rawValue)"
        } catch {
            await host.warn(of: error)
            return "0 false"
        }
    }

    private func adapter(_ call: TriggerCall, _ app: AppName?) throws -> any Adapter {
        try host.adapter(scheduler: call.scheduler, app: app)
    }
}
