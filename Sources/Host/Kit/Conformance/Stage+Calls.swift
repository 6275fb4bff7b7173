import AdapterKit

/// A process type of a release, as cases write it down.
package struct Part: Sendable {
    package var quantity: Int
    package var words: [String]
    package var checks: Checks

    /// - Parameter words: what `kit` is told to do; see `Workload`.
    package init(_ quantity: Int = 1, _ words: String..., checks: Checks = Checks(defaultUptime: 1)) {
        self.quantity = quantity
        self.words = words.isEmpty ? ["serve"] : words
        self.checks = checks
    }
}

extension Stage {
    /// An image as the host hands it over: pushed, and looked into, for schedulers that take images from a registry.
    package func released(_ image: ImageReference) -> ReleaseImage {
        manifest.images == .registry
            ? ReleaseImage(local: image, pushed: image, facts: ImageFacts(entrypoint: [])) : ReleaseImage(local: image)
    }

    /// A release of `app`.
    package func release(
        _ app: AppName, _ parts: [String: Part] = ["web": Part()], environment: [String: String] = [:],
        image: ImageReference? = nil, only: String? = nil, keepsRunning: Bool = false,
        cron: [CronTask] = [], mounts: [Mount] = []
    ) throws -> Deployment {
        Deployment(
            app: known(app), id: try deploymentID(), image: released(image ?? backend.images.good),
            processes: try parts.map { type, part in
                AppProcess(
                    type: try ProcessType(type), quantity: part.quantity,
                    command: StartCommand(procfile: ["kit"] + part.words), checks: part.checks)
            },
            environment: secrets.values.merging(environment) { $1 }, mounts: mounts, waitToRetire: 0,
            only: try only.map { try ProcessType($0) }, keepsRunning: keepsRunning, cron: cron)
    }

    /// The adapter's part of a deploy alone.
    package func bringUp(_ deployment: Deployment, console: RecordingConsole = RecordingConsole()) async throws
        -> Rollout
    {
        defer { saw(console) }
        do {
            return try await adapter().deploy(deployment, console: console)
        } catch let error as AdapterError {
            saw(told(error))
            throw error
        }
    }

    /// A deploy as the host does it: bring up, record, promote, retire.
    @discardableResult
    package func deploy(_ deployment: Deployment, console: RecordingConsole = RecordingConsole()) async throws
        -> Rollout
    {
        let rollout = try await bringUp(deployment, console: console)
        try await takeOver(rollout, of: deployment)
        return rollout
    }

    /// What the host does once a rollout is verified.
    package func takeOver(_ rollout: Rollout, of deployment: Deployment) async throws {
        let app = deployment.app
        setLive(rollout.instances, of: app.name)
        guard claims(.retire) else { return }
        let console = RecordingConsole()
        defer { saw(console) }
        try await retiring.promote(rollout, of: app, console: console)
        guard !rollout.superseded.isEmpty else { return }
        _ = try await retiring.retire(
            rollout.superseded.map(\.id), stopTimeout: 2, console: console)
    }

    /// A deploy that must fail.
    package func failure(of deployment: Deployment, console: RecordingConsole = RecordingConsole()) async throws
        -> AdapterError
    {
        do {
            _ = try await bringUp(deployment, console: console)
        } catch let error as AdapterError {
            return error
        }
        throw Broken("the deploy was reported as a success")
    }

    package func stop(_ app: AppName, removing: Bool = false) async throws {
        let console = RecordingConsole()
        defer { saw(console) }
        try await adapter().stop(known(app), removing: removing, console: console)
    }

    package func remove(_ app: AppName) async throws {
        let console = RecordingConsole()
        defer { saw(console) }
        try await adapter().remove(known(app), console: console)
        setLive([], of: app)
    }

    package func status(_ app: AppName) async throws -> AppStatus { try await adapter().status(of: known(app)) }

    /// What `logs` shows.
    package func logs(_ app: AppName, _ query: LogQuery = LogQuery(isRaw: true)) async throws -> RecordingConsole {
        let console = RecordingConsole()
        defer { saw(console) }
        try await adapter().logs(of: known(app), matching: query, console: console)
        return console
    }

    /// A one-off task of `app`.
    package func task(_ app: AppName, _ words: [String], adjust: (inout OneOffTask) -> Void = { _ in }) throws
        -> OneOffTask
    {
        var task = OneOffTask(
            app: known(app), image: released(backend.images.good), command: words,
            environment: secrets.values, number: taskNumber())
        adjust(&task)
        return task
    }

    package func run(_ task: OneOffTask, console: RecordingConsole = RecordingConsole()) async throws -> ExitStatus {
        defer { saw(console) }
        do {
            return try await role((any TaskRunning).self).run(task, console: console)
        } catch let error as AdapterError {
            saw(told(error))
            throw error
        }
    }

    package func enter(
        _ app: AppName, _ target: Session.Target, _ words: [String], console: RecordingConsole = RecordingConsole()
    ) async throws -> ExitStatus {
        defer { saw(console) }
        let session = Session(
            app: known(app), target: target, command: words, hasTerminal: console.terminal != nil)
        do {
            return try await role((any SessionOpening).self).enter(session, console: console)
        } catch let error as AdapterError {
            saw(told(error))
            throw error
        }
    }

    /// An error as a person reads it.
    package func told(_ error: AdapterError) -> String {
        ([error.message] + error.details + [error.hint ?? ""]
            + error.failedInstances.flatMap { ["\($0.name) \($0.reason)"] + $0.lastLines }).joined(separator: "\n")
    }
}
