import APIClient
import AdapterKit
import DockerEngine

extension DockerLocalAdapter: TaskRunning {
    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("run a task of \(task.app.name)") {
            try await makeRoom(for: task, engine: engine, console: console)
            let plan = try TaskPlan(
                task, image: try await imageFacts(task.image, engine: engine),
                engineArchitecture: try await engine.architecture(), settings: settings)
            let run = TaskRun(
                plan: plan, hasTerminal: task.hasTerminal, app: task.app, stopTimeout: task.app.stopTimeout,
                engine: engine, console: console, context: context)
            return try await task.isDetached ? run.detached() : run.attached()
        }
    }

    func tasks(of app: App) async throws -> [TaskRecord] {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("list the tasks of \(app.name)") {
            // One that is being removed is listed a while longer.
            ours(try await engine.send(.containers(.tasks(app.name, .run))), of: app).filter {
                $0.State != "removing"
            }.map { container in
                TaskRecord(
                    name: container.name, state: container.State, command: container.Command,
                    created: container.Created)
            }.sorted { ($0.created, $0.name) < ($1.created, $1.name) }
        }
    }

    func logs(ofTask name: String, of app: App, matching query: LogQuery, console: any Console) async throws {
        let engine = try await connection.engine()
        try await EngineTrouble.translating("read the log of \(name)") {
            let found = ours(try await engine.send(.containers(.tasks(app.name, .run))), of: app).filter {
                name.isEmpty || $0.name == name
            }
            guard name.isEmpty || !found.isEmpty else {
                throw AdapterError(
                    .notFound, "\(app.name) has no run container called \(name)", hint: "run:list \(app.name)")
            }
            try await LogReader(engine: engine, query: query, console: console).read(
                found.map { LogSource(id: $0.Id, title: String($0.name.split(separator: ".").last ?? "")) })
        }
    }

    func stopTasks(of app: App?, named name: String?, console: any Console) async throws -> [String] {
        let engine = try await connection.engine()
        return try await EngineTrouble.translating("stop tasks") {
            let found = ours(try await engine.send(.containers(.tasks(app?.name, .run))), of: app).filter {
                name == nil || $0.name == name
            }
            try await eachAtOnce(found) { container in
                try await engine.end(container.Id, seconds: app?.stopTimeout ?? 30)
            }
            return found.map(\.name).sorted()
        }
    }

    func retireTasks(of app: App?, console: any Console) async throws {
        let engine = try await connection.engine()
        try await EngineTrouble.translating("retire expired tasks") {
            var found: [ContainerSummary] = []
            for type in [Label.ContainerType.run, .cron] {
                found += ours(try await engine.send(.containers(.tasks(app?.name, type))), of: app)
            }
            let now = context.now()
            let expired = found.filter { container in
                container.Labels[Label.activeDeadline].flatMap { Int($0) }.map { container.Created + $0 < now } ?? false
            }
            try await eachAtOnce(expired) { container in
                await console.report(.detail("Retiring container \(container.Id)"))
                try await engine.end(container.Id, seconds: app?.stopTimeout ?? 30)
            }
        }
    }

    /// The overlap policy of cron tasks.
    private func makeRoom(for task: OneOffTask, engine: DockerEngine, console: any Console) async throws {
        guard let id = task.cronID, task.concurrency != .allow else { return }
        let running = try await engine.send(.containers(["label": ["\(Label.cronID)=\(id)"]])).filter(\.isRunning)
        guard !running.isEmpty else { return }
        if task.concurrency == .forbid {
            throw AdapterError(.conflict, "\(task.app.name) currently has a cron lock in place for \(id). Exiting...")
        }
        await console.report(.warning("Replacing running container for \(id)"))
        try await eachAtOnce(running) { container in
            try await engine.end(container.Id, seconds: task.app.stopTimeout)
        }
    }
}
