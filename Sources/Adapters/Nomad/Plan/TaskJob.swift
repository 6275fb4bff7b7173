import AdapterKit
import JSONDocument

/// A batch job that runs one command once (contract 2.15).
struct TaskJob: Sendable, Equatable {
    let jobID: String
    let job: JSONValue
    /// Of the one group, and of its one task.
    let task: String
    /// Goes with the job.
    let variable: PlannedVariable?
    /// The words to start within the task; empty when the task itself is the command.
    let words: [String]
    /// What has no counterpart, as sentences for the person.
    let warnings: [String]

    /// Stays until it is told to end, and then ends at once.
    private static let holder = ["/bin/sh", "-c", "trap 'exit 0' TERM INT; while :; do sleep 1; done"]

    /// - Parameter isHeld: whether the task only holds the place in which the command is started, so that it can be
    ///   given input or a terminal. Needs a shell in the image.
    /// - Throws: ``AdapterError`` for what Nomad cannot have.
    init(_ task: OneOffTask, settings: NomadSettings, facts: ServerFacts, isHeld: Bool) throws {
        let app = task.app.name
        let role: Meta.Role = task.cronID == nil ? .task : .cron
        jobID = Name.task(app, role, task.number)
        self.task = role.noun
        let path = Name.variable(jobID)
        let image = task.image.pushed ?? task.image.local
        let config = try Config(task.environment, task.pullCredentials, image: image, of: app, settings, facts)
        let command = task.command.isEmpty ? Shell.words(task.shell) : task.command
        let start = StartWords(once: command, image: task.image.facts)
        let resources = try NomadResources(task.resources, settings.jobs, owner: role.noun)
        let options = DriverOptions(task.dockerOptions)
        let storage = try Storage(task.mounts, of: app, settings.jobs).taskParts
        var variables = config.variables
        variables["DYNO"] = "\(role.noun).\(task.number)"
        if task.image.facts?.kind == .herokuish { variables["USER"] = task.image.buildpackUser }
        if task.isTraced { variables["TRACE"] = "true" }
        var template = TaskTemplate(
            name: role.noun, image: image.description, entrypoint: start.entry, arguments: start.arguments,
            variables: variables, templates: config.templates(path), auth: config.auth, resources: resources,
            storage: storage, options: options,
            labels: task.labels.merging(
                Label.all(app, process: role.noun, release: nil, origin: settings.origin)
            ) { $1 },
            stopTimeout: task.app.stopTimeout)
        if isHeld {
            (template.entrypoint, template.arguments) = (Array(Self.holder.prefix(1)), Array(Self.holder.dropFirst()))
            // What the holder does not start as, the command does: the entry point that the container would have had.
            let entry = start.entry.isEmpty ? task.image.facts?.entrypoint ?? [] : start.entry
            words = entry + start.arguments
        } else {
            words = []
        }
        var meta = [
            Meta.role: role.rawValue, Meta.command: command.joined(separator: " "),
            Meta.timeToLive: String(task.timeToLive),
            Meta.imageKind: (task.image.facts?.kind ?? .dockerfile).rawValue,
        ]
        if let id = task.cronID { meta[Meta.cron] = id }
        let job = JSONValue.object(
            OnceJob.fields(
                id: jobID, app: app, settings, facts, task: template, volumes: storage.volumes, meta: meta))
        self.job = job
        variable =
            config.items.isEmpty
            ? nil : PlannedVariable(path: path, items: config.items, readKeys: PlannedVariable.keys(in: job))
        // That config stands in the job was said when the app was deployed.
        warnings = resources.unmapped + options.unmapped
    }
}
