import AdapterKit

/// Reads all that is known of an app into values, each fact once.
package struct AppReader: Sendable {
    package let layout: DokkuLayout
    package let app: AppName

    package init(_ layout: DokkuLayout, _ app: AppName) {
        self.layout = layout
        self.app = app
    }

    func properties(_ plugin: String) -> Properties { Properties(layout, plugin: plugin) }

    /// The app and what of it is live.
    package func liveApp() throws -> App {
        App(
            name: app, live: try LocalState(layout, app).instances(),
            stopTimeout: try number("ps", "stop-timeout-seconds", default: 30, atLeast: 0))
    }

    /// The whole of a release, for the scheduler that `manifest` is of: it is told what it has a use for.
    package func deployment(
        _ project: ProjectFiles, image: ReleaseImage, formation: Formation, id: DeploymentID, for manifest: Manifest
    ) throws -> Deployment {
        var deployment = Deployment(
            app: try liveApp(), id: id, image: image,
            processes: try processes(project, formation: formation, manifest),
            environment: project.environment, routes: try routes(), mounts: try mounts(manifest),
            networks: try networks(), restartPolicy: try restartPolicy(),
            waitToRetire: try number("checks", "wait-to-retire", default: 60, atLeast: 0),
            dockerOptions: try dockerOptions(process: nil, phase: "deploy"))
        if !manifest.isKeptByHost {
            // What this host has recorded is another scheduler's.
            deployment.app.live = []
            deployment.certificate = try CertificateFiles(layout, app).read()
        }
        if manifest.cron == .scheduler {
            deployment.cron = try cronTasks(project)
            for task in deployment.cron { _ = try ShellWords.split(task.command, what: "the cron task '\(task.id)'") }
        }
        if manifest.images == .registry { deployment.pullCredentials = try RegistryLogins(layout, app).credentials }
        return deployment
    }

    /// A one-off task with the release's image and config.
    /// - Parameter words: what the person typed; a first word that is a process type stands for its command.
    package func task(
        _ project: ProjectFiles, image: ReleaseImage, words: [String], number: Int, for manifest: Manifest,
        adjust: (inout OneOffTask) -> Void
    ) throws -> OneOffTask {
        var command = words
        var process: ProcessType?
        if let first = words.first, let type = try? ProcessType(first), let line = project.procfile?.commands[type] {
            process = type
            command =
                try StartCommand(procfile: startWords(line, type: type, project: project)).listening(on: 5_000).procfile
                ?? []
            command += words.dropFirst()
        }
        var task = OneOffTask(
            app: try liveApp(), image: image, command: command, process: process,
            shell: try shell(), environment: project.environment, mounts: try mounts(manifest),
            networks: try networks(),
            dockerOptions: try dockerOptions(process: nil, phase: "run"),
            number: number)
        if manifest.images == .registry { task.pullCredentials = try RegistryLogins(layout, app).credentials }
        adjust(&task)
        return task
    }

    /// The shell that `scheduler:set APP shell` names.
    package func shell() throws -> String? {
        let shell = try properties("scheduler").computed("shell", app)
        return shell.isEmpty ? nil : shell
    }

    /// The tasks of `app.json`, with Dokku's ids.
    package func cronTasks(_ project: ProjectFiles) throws -> [CronTask] {
        let cron = properties("cron")
        let isHeld = try cron.computed("maintenance", app) == "true"
        return try project.appJSON.cron.map { entry in
            let id = CronSchedule.id(app: app, command: entry.command, schedule: entry.schedule)
            let isTaskHeld = try cron.value("maintenance.\(id)", .app(app)) == "true"
            return CronTask(
                id: id, schedule: entry.schedule, command: entry.command,
                words: try? ShellWords.split(entry.command, what: "the cron task's command"),
                isInMaintenance: isHeld || entry.isInMaintenance || isTaskHeld, concurrency: entry.concurrency)
        }
    }

    private func networks() throws -> Networks {
        let network = properties("network")
        func names(_ property: String) throws -> [String] {
            try network.computed(property, app).split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
        }
        let initial = try network.computed("initial-network", app)
        return Networks(
            initial: initial.isEmpty ? nil : initial, attachPostCreate: try names("attach-post-create"),
            attachPostDeploy: try names("attach-post-deploy"),
            bindsAllInterfaces: try network.computed("bind-all-interfaces", app) == "true")
    }

    private func restartPolicy() throws -> RestartPolicy {
        let text = try properties("ps").computed("restart-policy", app, default: "on-failure:10")
        guard let policy = RestartPolicy(text) else {
            throw AdapterError(
                .invalidSettings, "Invalid restart-policy specified: '\(text)'",
                hint: "ps:set \(app) restart-policy on-failure:10")
        }
        return policy
    }

    func dockerOptions(process: ProcessType?, phase: String) throws -> [String] {
        let name = "\(process?.description ?? "_default_").\(phase)"
        return try properties("docker-options").list(name, .app(app)).flatMap { line in
            try ShellWords.split(line, what: "a docker option of phase \(phase)")
        }
    }

    func number(_ plugin: String, _ name: String, default fallback: Int, atLeast least: Int) throws -> Int {
        let text = try properties(plugin).computed(name, app)
        guard !text.isEmpty else { return fallback }
        guard let number = Seconds.parse(text, atLeast: least) else {
            throw AdapterError(
                .invalidSettings,
                "\(plugin) property \(name) must be \(Seconds.rule(atLeast: least)), not '\(text)'",
                hint: "\(plugin):set \(app) \(name) \(fallback)")
        }
        return number
    }
}

extension Manifest {
    /// Whether this host records what runs, leads traffic to it and takes down what it replaces. The others keep
    /// their own record and are asked.
    package var isKeptByHost: Bool { capabilities.contains(.retire) }
}
