import ProcessStreams
import AdapterKit
import DokkuIO

/// One-off tasks and sessions of an app.
package struct Tasks: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// How a task is to be run.
    package struct Options: Sendable {
        package var environment: [String: String] = [:]
        package var isDetached = false
        /// Whether the task gets a terminal; `nil` if the person has one.
        package var hasTerminal: Bool?
        package var timeToLive: Int?
        package var cronID: String?
        package var concurrency = OneOffTask.Concurrency.allow

        package init() {}
    }

    package func run(_ words: [String], _ options: Options) async throws -> ExitStatus {
        let adapter = try host.role((any TaskRunning).self, .run, of: app, to: "run tasks")
        let wantsTerminal = options.hasTerminal ?? (host.console.terminal != nil && !options.isDetached)
        let manifest = try host.manifest(of: app)
        let reader = host.reader(app)
        let project = try await reader.inputs.project(ProcessType.named(by: words).map { .one($0) } ?? .none)
        let image = try await Publishing(host, app).releaseImage(
            await reader.inputs.image(), of: project, for: manifest, pushes: false)
        try requireRelease(image)
        let task = try await reader.task(
            project, image: image, words: words, number: Int.random(in: 1...99_999), for: manifest
        ) { task in
            task.environment.merge(options.environment) { $1 }
            task.labels = host.variables.labels
            task.isDetached = options.isDetached
            task.hasTerminal = wantsTerminal
            task.timeToLive = options.timeToLive ?? 86_400
            task.cronID = options.cronID
            task.concurrency = options.concurrency
            task.isTraced = host.isTraced
        }
        if let process = task.process, !options.isDetached, !host.isQuiet {
            let found = "-----> Found '\(process)' in Procfile, running that command"
            // On standard error: standard output is the task's own. Dokku's users know it there.
            if host.plugn == nil { await host.console.showError(found) } else { await host.console.line(found) }
        }
        return try await withRawTerminal(wantsTerminal && !options.isDetached) {
            try await adapter.run(task, console: host.console)
        }
    }

    /// An image that Dokku has not released may be one that was left half built (contract 2.15).
    private func requireRelease(_ image: ReleaseImage) throws {
        guard let plugn = host.plugn, plugn.isAnswered("app-list"), let facts = image.facts, facts.stage != "release"
        else { return }
        throw AdapterError(
            .imageUnavailable, "Invalid image stage detected: expected 'release', got '\(facts.stage ?? "")'",
            details: ["Successfully deploy your app to fix dokku run calls"])
    }

    package func enter(_ target: Session.Target, _ words: [String]) async throws -> ExitStatus {
        let adapter = try host.role((any SessionOpening).self, .enter, of: app, to: "open a session in an instance")
        let hasTerminal = host.console.terminal != nil
        let session = Session(
            app: try host.reader(app).liveApp(), target: target, command: words, shell: try host.reader(app).shell(),
            hasTerminal: hasTerminal)
        return try await withRawTerminal(hasTerminal) { try await adapter.enter(session, console: host.console) }
    }

    package func list() async throws -> [TaskRecord] {
        try await host.role((any TaskRunning).self, .run, of: app, to: "list tasks").tasks(
            of: try host.reader(app).liveApp())
    }

    package func logs(of name: String, _ query: LogQuery) async throws {
        try await host.role((any TaskRunning).self, .run, of: app, to: "show a task's log").logs(
            ofTask: name, of: try host.reader(app).liveApp(), matching: query, console: host.console)
    }

    /// Stops the task called `name`, or all, and says which.
    package func stopAndTell(_ name: String?) async throws {
        let stopped = try await host.role((any TaskRunning).self, .run, of: app, to: "stop tasks").stopTasks(
            of: try host.reader(app).liveApp(), named: name, console: host.console)
        for name in stopped { await host.console.line(name) }
        guard stopped.isEmpty else { return }
        await host.console.report(
            name == nil ? .detail("No run containers exist") : .warning("Specified container does not exist"))
    }

    /// Runs a task of `app.json` now.
    package func runCron(_ id: String, isDetached: Bool) async throws -> ExitStatus {
        let tasks = try await host.cronTasks(of: app)
        guard !id.isEmpty else {
            throw AdapterError(.invalidInput, "Please specify a cron task to run", hint: "cron:list \(app)")
        }
        guard let task = tasks.first(where: { $0.id == id }) else {
            throw AdapterError(.notFound, "\(app) has no cron task \(id)", hint: "cron:list \(app)")
        }
        if task.isInMaintenance {
            await host.console.report(.warning("Task \(id) is in maintenance: it runs because you ask for it"))
        }
        var options = Options()
        options.isDetached = isDetached
        options.hasTerminal = false
        options.cronID = id
        options.concurrency = task.concurrency
        return try await run(try ShellWords.split(task.command, what: "the cron task's command"), options)
    }

    private func withRawTerminal<Value>(_ isWanted: Bool, _ body: () async throws -> Value) async throws -> Value {
        let raw = isWanted ? RawTerminal() : nil
        defer { raw?.restore() }
        return try await body()
    }
}
