import AdapterKit
import JSONDocument

/// What a deployment becomes on Nomad: one service job, its Variable, and a periodic job for each cron task.
struct NomadPlan: Sendable, Equatable {
    let app: AppName
    let namespace: String
    /// The id of the app's job.
    let jobID: String
    /// What the whole release is called in messages.
    let release: Fingerprint
    /// The job that is registered for the rollout: what the release has and, as they are, the live job's groups that it
    /// has no use for, so that nothing serves less before the whole release is verified.
    let job: JSONValue
    /// The job without those groups, registered once the rollout has succeeded; `nil` when it is the same.
    let settledJob: JSONValue?
    /// In the order of process types; with ``Deployment/only``, that one alone.
    let groups: [PlannedGroup]
    /// `nil` where there is nothing to keep, or the config stands in the job.
    let variable: PlannedVariable?
    /// The app's periodic jobs; `nil` when they stay as they are.
    let cronJobs: [PlannedCronJob]?
    /// What Nomad cannot do, one sentence each.
    let warnings: [String]

    /// The `JobModifyIndex` that the live job must have when this is registered; 0 where there is none.
    let enforcedIndex: Int

    /// Whether the live job says all that this one does. Its allocations may still be missing.
    let isUnchanged: Bool

    /// The groups whose allocations the rollout makes or replaces: those that are new, of another release, or more.
    func growingGroups(_ live: LiveJob?) -> [PlannedGroup] {
        groups.filter { group in
            group.count > 0
                && (live?.isStopped != false || group.isReplaced || (live?.counts[group.name] ?? 0) < group.count)
        }
    }

    /// The periodic jobs that the release no longer has.
    func obsoleteCronJobs(_ facts: ServerFacts) -> [LiveJob] {
        guard let cronJobs else { return [] }
        let kept = Set(cronJobs.map(\.jobID))
        return facts.cronJobs.filter { !$0.isStopped && !kept.contains($0.id) }
    }

    /// - Throws: ``AdapterError`` when something cannot be had, or somebody else has a job of that name.
    init(_ deployment: Deployment, _ settings: NomadSettings, _ facts: ServerFacts) throws {
        app = deployment.app.name
        namespace = facts.namespace
        jobID = Name.job(app)
        enforcedIndex = facts.job?.jobModifyIndex ?? 0
        if let job = facts.job { try Self.requireOurs(job, app, settings) }

        let image = deployment.image.pushed ?? deployment.image.local
        let config = try Config(
            deployment.environment, deployment.pullCredentials, image: image, of: app, settings, facts)
        let provider = try settings.jobs.serviceProvider.chosen(facts)
        let services = Services(
            app: app, routes: deployment.routes, settings: settings.jobs, provider: provider,
            namesProvider: facts.hasNativeServices)
        let path = Name.variable(jobID)
        let storage = try Storage(deployment.mounts, of: app, settings.jobs)
        let maker = JobGroups(
            deployment: deployment, settings: settings, storage: storage, config: config, variablePath: path,
            services: services, canCheck: provider == .consul || provider == .nomad && facts.hasNativeChecks,
            live: facts.liveJob)

        var warnings = config.warnings
        var groups: [PlannedGroup] = []
        var documents: [JSONValue] = []
        for process in deployment.affectedProcesses {
            let name = Name.group(process.type)
            var made = try maker.made(process, warnings: &warnings)
            // A change of scale leaves all that runs as it is. Where more has changed, it is no change of scale.
            if deployment.keepsRunning, let live = facts.liveJob?.group(name),
                ReleaseName(live["Meta"]?[Meta.release]?.text)?.content == made.group.release.content
            {
                made.keep(live)
            }
            groups.append(made.group)
            documents.append(made.document)
        }
        let assembly = JobAssembly(
            live: facts.liveJob, made: documents, keepsOthers: deployment.only != nil || deployment.keepsRunning)
        var fields = settings.jobs.placement.fields(fallback: facts.datacenters)
        fields.merge([
            "ID": .string(jobID), "Name": .string(app.description), "Type": "service",
            "Namespace": .string(facts.namespace), "Priority": .integer(settings.jobs.priority),
            "Meta": .strings(Meta.common(app, origin: settings.origin)),
        ]) { $1 }
        job = .object(fields.merging(["TaskGroups": .array(assembly.rollout)]) { $1 })
        settledJob =
            assembly.settled == assembly.rollout
            ? nil : .object(fields.merging(["TaskGroups": .array(assembly.settled)]) { $1 })
        isUnchanged =
            settledJob == nil && facts.liveJob.map { $0.groups.count == assembly.rollout.count } == true
            && JobSameness.covers(facts.job?.document, job)
        self.groups = groups
        release = Fingerprint(groups.map { "\($0.name) \($0.release)" }.joined(separator: "\n"))
        let read = PlannedVariable.keys(in: job).union(PlannedVariable.keys(in: facts.job?.document))
        variable =
            config.items.isEmpty
            ? nil
            : PlannedVariable(
                path: path, items: config.items, readKeys: read,
                keptKeys: PlannedVariable.kept(deployment.keeps, at: path))

        if deployment.only == nil, !deployment.keepsRunning {
            let makerOfCron = CronJobs(
                deployment: deployment, settings: settings, facts: facts, storage: storage, config: config)
            cronJobs = try deployment.cron.map { try makerOfCron.job($0, warnings: &warnings) }
        } else {
            cronJobs = nil
        }
        if services.unreachedDomains, deployment.affectedProcesses.contains(where: { $0.type == .web }) {
            warnings.append("nothing leads the app's domains to it: no service has tags for them")
        }
        let networks =
            [deployment.networks.initial].compactMap { $0 } + deployment.networks.attachPostCreate
            + deployment.networks.attachPostDeploy
        if !networks.isEmpty {
            warnings.append("networks of the container engine are left out: \(networks.joined(separator: ", "))")
        }
        if deployment.certificate != nil {
            warnings.append("the imported certificate is left out: what leads traffic to the service ends TLS")
        }
        var seen: Set<String> = []
        self.warnings = warnings.filter { seen.insert($0).inserted }
    }

    /// - Throws: ``AdapterError`` with code `conflict` when `job` is not `app`'s, or another host's.
    static func requireOurs(_ job: LiveJob, _ app: AppName, _ settings: NomadSettings) throws {
        guard !Meta.isOurs(job.meta, app, origin: settings.origin) else { return }
        let owner = job.meta[Meta.app].map { "it belongs to app \($0)" } ?? "nothing in it says that Linkspan made it"
        let origin = job.meta[Meta.app] == app.description ? "it belongs to another Dokku host" : owner
        throw AdapterError(
            .conflict, "job \(job.id) in namespace \(job.namespace) is somebody else's, and is left alone",
            details: [origin],
            hint: "scheduler-nomad:set \(app) namespace NAME, or nomad job stop -purge \(job.id)")
    }
}

/// The groups of a job out of what a release has and what is live.
struct JobAssembly: Sendable, Equatable {
    /// While the release is verified.
    let rollout: [JSONValue]
    /// Once it serves.
    let settled: [JSONValue]

    /// - Parameters:
    ///   - made: the groups of the release that are deployed.
    ///   - keepsOthers: whether the live job's other groups stay for good.
    init(live: LiveJob?, made: [JSONValue], keepsOthers: Bool) {
        func name(_ group: JSONValue) -> String { group["Name"]?.text ?? "" }
        let liveGroups = live?.groups ?? []
        let names = Set(made.map(name))
        let others = liveGroups.filter { !names.contains(name($0)) }
        // A type that is scaled to nothing goes with the release that did so, not before.
        let patient = made.map { group -> JSONValue in
            guard !keepsOthers, group["Count"] == 0, let before = live?.group(name(group)),
                before["Count"]?.whole ?? 1 > 0
            else { return group }
            return before
        }
        rollout = Self.sorted(patient + others)
        settled = keepsOthers ? rollout : Self.sorted(made)
    }

    private static func sorted(_ groups: [JSONValue]) -> [JSONValue] {
        groups.sorted { ($0["Name"]?.text ?? "") < ($1["Name"]?.text ?? "") }
    }
}
