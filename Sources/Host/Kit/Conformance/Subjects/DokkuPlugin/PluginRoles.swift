import AdapterKit
import FoundationEssentials
import JSONDocument

extension PluginFolderAdapter: TaskRunning {
    func run(_ task: OneOffTask, console: any Console) async throws -> ExitStatus {
        try requireNoTerminal(task.hasTerminal && !task.isDetached)
        try await stage.record(task)
        var variables = Self.withoutTerminal
        variables["DOKKU_RM_CONTAINER"] = "1"
        variables["DOKKU_RUN_TTL_SECONDS"] = String(task.timeToLive)
        variables["DOKKU_CONCURRENCY_POLICY"] = task.concurrency.rawValue
        if task.isDetached { variables["DOKKU_DETACH_CONTAINER"] = "1" }
        if let id = task.cronID { variables["DOKKU_CRON_ID"] = id }
        if task.isTraced { variables["DOKKU_TRACE"] = "1" }
        variables["DOKKU_GLOBAL_FLAGS"] = task.labels.sorted { $0.key < $1.key }
            .map { "--label=\($0.key)=\($0.value)" }.joined(separator: " ")
        let command = task.process.map { [$0.description] } ?? task.command
        let output = try await stage.trigger(
            "scheduler-run", [scheduler, task.app.name.description, "0", "--"] + command, console: console,
            readsInput: !task.isDetached, variables: variables)
        return try status(output, "scheduler-run", image: task.image.local)
    }

    func tasks(of app: App) async throws -> [TaskRecord] {
        try await stage.record(app)
        let output = try await done("scheduler-run-list", [scheduler, app.name.description, "json"], SilentConsole())
        guard let items = (try? JSONValue(parsing: output.output))?.items else {
            throw AdapterError(
                .unexpectedReply, "scheduler-run-list wrote no list when asked for json", details: output.lastLines(4))
        }
        return items.compactMap { item in
            guard let name = item["name"]?.text else { return nil }
            return TaskRecord(
                name: name, state: item["state"]?.text ?? "", command: item["command"]?.text ?? "",
                created: item["created_at"]?.text.flatMap(Self.seconds) ?? 0)
        }
    }

    /// `2023-11-14 22:13:20 +0000 UTC`, as the program `docker` writes times, in seconds since 1970.
    static func seconds(_ text: String) -> Int? {
        let words = text.split(separator: " ")
        guard words.count >= 3 else { return nil }
        return (try? Date("\(words[0])T\(words[1])\(words[2])", strategy: .iso8601)).map {
            Int($0.timeIntervalSince1970)
        }
    }

    func logs(ofTask name: String, of app: App, matching query: LogQuery, console: any Console) async throws {
        try await stage.record(app)
        try await done("scheduler-run-logs", [scheduler, app.name.description, name] + Self.words(query), console)
    }

    func stopTasks(of app: App?, named name: String?, console: any Console) async throws -> [String] {
        if let app { try await stage.record(app) }
        let before = try await running(app)
        try await done("scheduler-run-stop", [scheduler, app?.name.description ?? "", name ?? ""], console)
        let after = try await running(app)
        return before.filter { !after.contains($0) }
    }

    private func running(_ app: App?) async throws -> [String] {
        guard let app, stage.folder.has("scheduler-run-list") else { return [] }
        return try await tasks(of: app).filter { $0.state == "running" }.map(\.name)
    }

    func retireTasks(of app: App?, console: any Console) async throws {
        if let app { try await stage.record(app) }
        try await done("scheduler-run-retire", app.map { [scheduler, $0.name.description] } ?? [], console)
    }

    /// The workload's exit status; an error where the plugin itself has failed, which it says in Dokku's own format.
    private func status(_ output: TriggerOutput, _ trigger: String, image: ImageReference?) throws -> ExitStatus {
        guard output.status.rawValue != 0, output.endsWithComplaint else { return output.status }
        var error = complaint(trigger, output)
        if let image, output.everything.contains(image.description), error.code == .notFound {
            error.code = .imageUnavailable
        }
        throw error
    }

    private static let withoutTerminal = ["DOKKU_DISABLE_TTY": "true"]

    /// A plugin is joined to a case by pipes. That is for the stage to say: the plugin is not to blame.
    private func requireNoTerminal(_ isWanted: Bool) throws {
        if isWanted { throw AdapterError(.unsupported, "the stage has no terminal to give to a plugin") }
    }
}

extension PluginFolderAdapter: SessionOpening {
    func enter(_ session: Session, console: any Console) async throws -> ExitStatus {
        let app = session.app.name
        try requireNoTerminal(session.hasTerminal)
        try await stage.record(session.app)
        try stage.property("scheduler", app.description, "shell", session.shell ?? "")
        let target =
            switch session.target {
            case .any: [String]()
            case .process(let type): [type.description]
            case .instance(let name): [name.description]
            case .id(let prefix): ["--container-id", prefix]
            }
        let output = try await stage.trigger(
            "scheduler-enter", [scheduler, app.description] + target + ["--"] + session.command, console: console,
            readsInput: true, variables: Self.withoutTerminal)
        return try status(output, "scheduler-enter", image: nil)
    }
}

extension PluginFolderAdapter: Inspecting {
    func inspect(_ app: App) async throws -> [UInt8] {
        try await stage.record(app)
        return try await done("scheduler-inspect", [scheduler, app.name.description], SilentConsole()).output
    }
}
