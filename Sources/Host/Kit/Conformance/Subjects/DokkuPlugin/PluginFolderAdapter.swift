import AdapterKit
import FoundationEssentials

/// A Dokku plugin as an adapter: each call is what Dokku does around the trigger that the call is about.
struct PluginFolderAdapter: Adapter {
    let stage: PluginStage
    /// Whether instances can be found by their labels in a Docker Engine.
    let isDocker: Bool

    var scheduler: String { stage.folder.scheduler }

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        let app = deployment.app.name
        try await stage.record(deployment)
        let output = try await stage.trigger(
            "scheduler-deploy",
            [scheduler, app.description, deployment.image.local.tag ?? "latest", deployment.only?.description ?? ""],
            console: console)
        try await retireTurn(after: deployment.waitToRetire)
        guard output.status == .success else { throw failure(output, of: deployment) }
        return Rollout(instances: try await instances(of: app), superseded: [])
    }

    /// Dokku's timer asks for the retirement of what is due of all apps, whatever became of the deploy.
    private func retireTurn(after seconds: Int) async throws {
        guard stage.folder.has("scheduler-retire") else { return }
        // What is due in a second of the clock is due in the next one.
        try await Task.sleep(for: .seconds(seconds + 2))
        _ = try await stage.trigger("scheduler-retire", [scheduler, ""])
    }

    private func failure(_ output: TriggerOutput, of deployment: Deployment) -> AdapterError {
        if output.status.rawValue == 10 {
            return AdapterError(.unsupported, "the \(scheduler) scheduler says that it does not implement deploys")
        }
        let text = output.everything
        let image = deployment.image.local.description
        let isMissing =
            (text.contains(image) && text.contains("not found")) || text.contains("No such image")
            || text.contains("pull access denied") || text.contains("manifest unknown")
        return AdapterError(
            isMissing ? .imageUnavailable : .rolloutFailed,
            "the deploy by the \(scheduler) scheduler failed with exit status \(output.status.rawValue)",
            details: output.lastLines(12), failedInstances: failedInstances(of: deployment.app.name),
            releaseBeforeServes: output.status.rawValue == 3)
    }

    /// The instances that the plugin wrote down as failed, in the file that `logs:failed` reads (contract 2.7).
    private func failedInstances(of app: AppName) -> [FailedInstance] {
        let file = stage.library + "/data/\(stage.folder.name)/\(app)/failed-containers"
        return (stage.text(file) ?? "").split(whereSeparator: \.isNewline).compactMap { line in
            let words = line.split(separator: " ")
            guard words.count == 2, let name = InstanceName(String(words[1])) else { return nil }
            return FailedInstance(
                name: name, id: String(words[0]), reason: "the \(scheduler) scheduler wrote it down as failed",
                lastLines: [])
        }
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {
        try await stage.record(app)
        try await done("scheduler-stop", [scheduler, app.name.description] + (removing ? ["true"] : []), console)
        // Only a destroy removes, and a destroy cleans up.
        if removing { try await cleanUp(app.name) }
    }

    /// As `apps:destroy` does (contract 2.14).
    func remove(_ app: App, console: any Console) async throws {
        let name = app.name.description
        guard stage.knows(app.name) else { return }
        try await stop(app, removing: true, console: console)
        let rest: [(String, [String])] = [
            ("scheduler-post-delete", [scheduler, name, "latest"]), ("post-delete", [name, "latest"]),
            ("scheduler-retire", [scheduler, name]),
        ]
        for (trigger, arguments) in rest where stage.folder.has(trigger) {
            try await done(trigger, arguments, console)
            if trigger == "post-delete" { try await cleanUp(app.name) }
        }
        _ = try await stage.command([stage.path + "/answers", "post-delete", name])
        try? FileManager.default.removeItem(atPath: stage.root + "/" + name)
    }

    /// Core removes an app's stopped containers from the local engine.
    private func cleanUp(_ app: AppName) async throws {
        guard isDocker else { return }
        let found = try await stage.command([
            "docker", "container", "ls", "--all", "--quiet", "--filter", "label=com.dokku.app-name=\(app)", "--filter",
            "status=exited", "--filter", "status=dead",
        ])
        let ids = found.text.split(whereSeparator: \.isWhitespace).map(String.init)
        guard !ids.isEmpty else { return }
        _ = try await stage.command(["docker", "container", "rm"] + ids)
    }

    func status(of app: App) async throws -> AppStatus {
        try await stage.record(app)
        let output = try await stage.trigger("scheduler-app-status", [scheduler, app.name.description])
        // Dokku goes by what is written, whatever the exit status (contract 2.10).
        if output.status.rawValue == 10 { throw complaint("scheduler-app-status", output) }
        let words = output.text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let count = Int(words[0]), let running = AppStatus.Running(rawValue: String(words[1]))
        else {
            throw AdapterError(
                .unexpectedReply,
                "scheduler-app-status wrote '\(output.text.prefix(80))' instead of a count and a word",
                details: output.lastLines(4))
        }
        return AppStatus(count: count, running: running)
    }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {
        try await stage.record(app)
        let source =
            switch query.source {
            case .all: ""
            case .process(let type): type.description
            case .instance(let name): name.description
            }
        try await done("scheduler-logs", [scheduler, app.name.description, source] + Self.words(query), console)
    }

    /// TAIL QUIET NUM; all lines are more than anybody has.
    static func words(_ query: LogQuery) -> [String] {
        [String(query.follow), String(query.isRaw), String(query.count ?? 1_000_000)]
    }

    /// Runs a trigger that must succeed.
    @discardableResult
    func done(_ trigger: String, _ arguments: [String], _ console: any Console) async throws -> TriggerOutput {
        let output = try await stage.trigger(trigger, arguments, console: console)
        guard output.status == .success else { throw complaint(trigger, output) }
        return output
    }

    /// What a trigger that failed says for itself.
    func complaint(_ trigger: String, _ output: TriggerOutput) -> AdapterError {
        if output.status.rawValue == 10 {
            return AdapterError(.unsupported, "the \(scheduler) scheduler says that it does not implement \(trigger)")
        }
        let text = output.everything.lowercased()
        let isMissing = ["not found", "no containers", "does not exist", "no such", "invalid container"]
            .contains { text.contains($0) }
        // What Dokku says to somebody who has to choose (contract 2.12).
        let isUnclear = text.contains("no container type specified")
        return AdapterError(
            isUnclear ? .invalidInput : isMissing ? .notFound : .unexpectedReply,
            "\(trigger) of the \(scheduler) scheduler ended with exit status \(output.status.rawValue)",
            details: output.lastLines(6))
    }
}
