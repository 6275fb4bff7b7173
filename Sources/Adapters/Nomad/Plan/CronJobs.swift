import AdapterKit
import JSONDocument

/// A periodic job of an app.
struct PlannedCronJob: Sendable, Equatable {
    let jobID: String
    let job: JSONValue
    /// Its own copy of the config: a task reads what is named after its own job only.
    let variable: PlannedVariable?

    /// Whether `live` says all that this one does.
    func isUnchanged(_ live: LiveJob?) -> Bool {
        guard let live, !live.isStopped else { return false }
        return JobSameness.covers(live.document, job)
    }
}

/// Makes the periodic jobs of a release.
struct CronJobs: Sendable {
    let deployment: Deployment
    let settings: NomadSettings
    let facts: ServerFacts
    let storage: Storage
    let config: Config

    func job(_ task: CronTask, warnings: inout [String]) throws -> PlannedCronJob {
        let app = deployment.app.name
        let id = Name.cron(app, task.id)
        let path = Name.variable(id)
        if task.concurrency == .replace {
            warnings.append("cron task '\(task.command)' runs beside its older run: Nomad does not replace that")
        }
        let words = StartWords(once: task.words, image: deployment.image.facts)
        var variables = config.variables
        variables["DYNO"] = "cron.${NOMAD_ALLOC_ID}"
        if deployment.image.facts?.kind == .herokuish { variables["USER"] = deployment.image.buildpackUser }
        let parts = storage.taskParts
        let template = TaskTemplate(
            name: Meta.Role.cron.rawValue, image: (deployment.image.pushed ?? deployment.image.local).description,
            entrypoint: words.entry, arguments: words.arguments, variables: variables,
            templates: config.templates(path), auth: config.auth,
            resources: try NomadResources(Resources(), settings.jobs, owner: "cron"), storage: parts,
            labels: Label.all(app, process: "cron", release: nil, origin: settings.origin),
            stopTimeout: deployment.app.stopTimeout)
        var fields = OnceJob.fields(
            id: id, app: app, settings, facts, task: template, volumes: parts.volumes,
            meta: [
                Meta.role: Meta.Role.cron.rawValue, Meta.cron: task.id, Meta.command: task.command,
                Meta.imageKind: (deployment.image.facts?.kind ?? .dockerfile).rawValue,
            ])
        fields["Periodic"] = [
            "Enabled": .bool(!task.isInMaintenance), "SpecType": "cron", "Spec": .string(task.schedule),
            "ProhibitOverlap": .bool(task.concurrency == .forbid), "TimeZone": .string(settings.jobs.timeZone),
        ]
        let job = JSONValue.object(fields)
        let live = facts.cronJobs.first { $0.id == id }
        let read = PlannedVariable.keys(in: job).union(PlannedVariable.keys(in: live?.document))
        return PlannedCronJob(
            jobID: id, job: job,
            variable: config.items.isEmpty ? nil : PlannedVariable(path: path, items: config.items, readKeys: read))
    }
}

/// A batch job that runs its one task exactly once, or not at all.
enum OnceJob {
    static func fields(
        id: String, app: AppName, _ settings: NomadSettings, _ facts: ServerFacts, task: TaskTemplate,
        volumes: [String: JSONValue], meta: [String: String]
    ) -> [String: JSONValue] {
        var group: [String: JSONValue] = [
            "Name": .string(task.name), "Count": 1, "Tasks": [task.document],
            "RestartPolicy": ["Attempts": 0, "Interval": .seconds(300), "Delay": .seconds(1), "Mode": "fail"],
            "ReschedulePolicy": ["Attempts": 0, "Unlimited": false],
        ]
        if !volumes.isEmpty { group["Volumes"] = .object(volumes) }
        var fields = settings.jobs.placement.fields(fallback: facts.datacenters)
        // Where instances spread says nothing about something that runs once.
        fields["Spreads"] = nil
        fields.merge([
            "ID": .string(id), "Name": .string(id), "Type": "batch", "Namespace": .string(facts.namespace),
            "Priority": .integer(settings.jobs.priority),
            "Meta": .strings(
                settings.jobs.metadata.meta(of: nil).merging(Meta.common(app, origin: settings.origin)) { $1 }
                    .merging(meta) { $1 }), "TaskGroups": [.object(group)],
        ]) { $1 }
        return fields
    }
}
