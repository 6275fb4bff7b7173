import AdapterKit

/// Reads all that is known of an app into values, each fact once.
package struct AppReader: Sendable {
    package let layout: DokkuLayout
    package let app: AppName
    /// Where facts come from that are no plain properties.
    package let inputs: any AppInputs
    /// The plugins of the Dokku that we run under; `nil` for none.
    let plugn: Plugn?
    /// Names the command of that Dokku; empty for none.
    let command: String

    /// - Parameters:
    ///   - tag: the image's tag that Dokku called us with; empty for none.
    ///   - command: see ``DokkuVariables/commandID``.
    package init(
        _ layout: DokkuLayout, _ app: AppName, _ plugn: Plugn? = nil, tag: String = "", command: String = ""
    ) {
        self.command = command
        self.layout = layout
        self.app = app
        self.plugn = plugn
        inputs =
            plugn.map { DokkuInputs(layout: layout, app: app, plugn: $0, tag: tag) }
            ?? OwnInputs(layout: layout, app: app)
    }

    func properties(_ plugin: String) -> Properties { Properties(layout, plugin: plugin) }

    /// The app and what of it is live.
    /// - Parameter environment: the app's config where it is known; older Dokkus keep settings in it.
    package func liveApp(_ environment: [String: String] = [:]) throws -> App {
        App(
            name: app, live: try LocalState(layout, app).instances(),
            stopTimeout: try number(.stopTimeout, environment))
    }

    /// The whole of a release, for the scheduler that `manifest` is of: it is told what it has a use for.
    package func deployment(
        _ project: ProjectFiles, image: ReleaseImage, formation: Formation, id: DeploymentID, only: ProcessType? = nil,
        for manifest: Manifest
    ) async throws -> Deployment {
        async let routes = inputs.routes()
        async let mounts = inputs.mounts(.deploy, manifest)
        var deployment = Deployment(
            app: try liveApp(project.environment), id: id, image: image,
            processes: try processes(project, formation: formation, manifest),
            environment: project.environment, routes: try await routes, mounts: try await mounts,
            networks: try networks(), restartPolicy: try restartPolicy(),
            waitToRetire: try number(.waitToRetire, project.environment),
            dockerOptions: try dockerOptions(process: nil, .deploy))
        deployment.only = only
        if !manifest.isKeptByHost {
            // What this host has recorded is another scheduler's.
            deployment.app.live = []
            deployment.certificate = try await inputs.certificate()
        }
        if manifest.cron == .scheduler {
            deployment.cron = try cronTasks(project)
            for task in deployment.cron { _ = try ShellWords.split(task.command, what: "the cron task '\(task.id)'") }
        }
        if manifest.images == .registry { deployment.pullCredentials = try RegistryLogins(layout, app).credentials }
        if manifest.images == .localEngine { try await addEngineOptions(to: &deployment) }
        return deployment
    }

    /// A one-off task with the release's image and config.
    /// - Parameter words: what the person typed; a first word that is a process type stands for its command.
    package func task(
        _ project: ProjectFiles, image: ReleaseImage, words: [String], number: Int, for manifest: Manifest,
        adjust: (inout OneOffTask) -> Void
    ) async throws -> OneOffTask {
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
            app: try liveApp(project.environment), image: image, command: command, process: process,
            shell: try shell(project.environment), environment: project.environment,
            mounts: try await inputs.mounts(.run, manifest), networks: try networks(),
            dockerOptions: try dockerOptions(process: nil, .run),
            number: number)
        if manifest.images == .registry { task.pullCredentials = try RegistryLogins(layout, app).credentials }
        if manifest.images == .localEngine { try await addEngineOptions(to: &task) }
        adjust(&task)
        return task
    }

    /// The shell that `scheduler:set APP shell` names.
    package func shell(_ environment: [String: String] = [:]) throws -> String? {
        let shell = try properties("scheduler").computed("shell", app)
        guard shell.isEmpty else { return shell }
        return isOlder(than: "config-set") ? environment["DOKKU_APP_SHELL"] : nil
    }

    /// The tasks of the release's `app.json`, with Dokku's ids.
    package func cronTasks(_ project: ProjectFiles) throws -> [CronTask] {
        let cron = properties("cron")
        let isHeld = try cron.computed("maintenance", app) == "true"
        return try project.appJSON.cron.map { entry in
            // What Dokku calls a task changed with the release that brought this trigger (contract 8.2).
            let isOld = isOlder(than: "checks-get-property")
            let id = CronSchedule.id(
                app: app, command: entry.command, schedule: entry.schedule, isBase64: isOld)
            let isTaskHeld = try !isOld && cron.value("maintenance.\(id)", .app(app)) == "true"
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

    func dockerOptions(process: ProcessType?, _ phase: ContainerPhase) throws -> [String] {
        let name = "\(process?.description ?? "_default_").\(phase.rawValue)"
        var lines = try properties("docker-options").list(name, .app(app))
        if process == nil, isOlder(than: "storage-app-mounts") {
            let text = try StateFiles.readText(layout.app(app, "DOCKER_OPTIONS_" + phase.rawValue.uppercased())) ?? ""
            lines += text.split(whereSeparator: \.isNewline).map(String.init)
        }
        return try lines.flatMap { try ShellWords.split($0, what: "a docker option of phase \(phase.rawValue)") }
    }

    /// - Parameter environment: the app's config, in which older Dokkus keep the setting.
    func number(_ setting: NumberSetting, _ environment: [String: String] = [:]) throws -> Int {
        var text = try properties(setting.plugin).computed(setting.name, app)
        if text.isEmpty, isOlder(than: setting.trigger) { text = environment[setting.variable] ?? "" }
        guard !text.isEmpty else { return setting.fallback }
        guard let number = Seconds.parse(text) else {
            throw AdapterError(
                .invalidSettings,
                "\(setting.plugin) property \(setting.name) must be \(Seconds.rule()), not '\(text)'",
                hint: "\(setting.plugin):set \(app) \(setting.name) \(setting.fallback)")
        }
        return number
    }

    /// Whether we run under a Dokku that does not have `trigger` yet.
    func isOlder(than trigger: String) -> Bool { plugn.map { !$0.isAnswered(trigger) } ?? false }
}

/// A property that is a number of seconds, and where Dokkus keep it that are older than `trigger` (contract 8.2).
struct NumberSetting: Sendable {
    var plugin: String
    var name: String
    var fallback: Int
    var trigger: String
    var variable: String

    static let stopTimeout = NumberSetting(
        plugin: "ps", name: "stop-timeout-seconds", fallback: 30, trigger: "ps-get-property",
        variable: "DOKKU_DOCKER_STOP_TIMEOUT")
    static let waitToRetire = NumberSetting(
        plugin: "checks", name: "wait-to-retire", fallback: 60, trigger: "checks-get-property",
        variable: "DOKKU_WAIT_TO_RETIRE")
    static let defaultWait = NumberSetting(
        plugin: "checks", name: "default-wait", fallback: 10, trigger: "checks-get-property",
        variable: "DOKKU_DEFAULT_CHECKS_WAIT")
}

extension Manifest {
    /// Whether this host records what runs, leads traffic to it and takes down what it replaces. The others keep
    /// their own record and are asked.
    package var isKeptByHost: Bool { capabilities.contains(.retire) }
}
