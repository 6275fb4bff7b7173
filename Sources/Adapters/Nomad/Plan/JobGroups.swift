import AdapterKit
import JSONDocument

/// Makes the groups of a release.
struct JobGroups: Sendable {
    let deployment: Deployment
    let settings: NomadSettings
    let storage: Storage
    let config: Config
    /// Where the app's Variable is.
    let variablePath: String
    let services: Services
    /// Whether whoever keeps the services checks them, too.
    let canCheck: Bool
    let live: LiveJob?

    /// A group as it goes into the job, and what a rollout has to know of it.
    struct Made: Sendable {
        var document: JSONValue
        var group: PlannedGroup

        /// Takes the group as it is live, all but its count.
        mutating func keep(_ live: JSONValue) {
            document = live
            document["Count"] = .integer(group.count)
            group.release = ReleaseName(live["Meta"]?[Meta.release]?.text) ?? group.release
            group.isReplaced = false
        }
    }

    private var app: AppName { deployment.app.name }
    private var image: ReleaseImage { deployment.image }

    /// The group of `process` under the name of its release.
    ///
    /// The meta names the release, so that a deploy which changes nothing meets what is there. A restart, which shall
    /// replace instances that are as they should be, gives the deploy's own name; what is deployed unchanged after a
    /// restart keeps that name.
    func made(_ process: AppProcess, warnings: inout [String]) throws -> Made {
        let name = Name.group(process.type)
        let live = self.live?.group(name)
        let before = ReleaseName(live?["Meta"]?[Meta.release]?.text)
        var untold: [String] = []
        var substance = try document(process, ReleaseName(Fingerprint("")), warnings: &untold).0
        for part in ["Count", "Update", "Services"] { substance[part] = nil }
        let content = Fingerprint(substance.compact)
        let isSame = !deployment.isRestart && before?.content == content
        let release = deployment.isRestart ? ReleaseName(content, restart: deployment.id) : ReleaseName(content)
        let kept = isSame ? before ?? release : release
        var (document, rules, ports) = try document(process, kept, warnings: &warnings)
        var meta = document["Meta"] ?? [:]
        meta[Meta.deployment] = isSame ? live?["Meta"]?[Meta.deployment] : .string(deployment.id.description)
        document["Meta"] = meta

        let liveCount = live?["Count"]?.whole ?? 0
        let isReplaced = live != nil && liveCount > 0 && !isSame
        // Where checks are disabled, the old ones are stopped before new ones start.
        let canaries = process.checks.mode == .disabled ? 0 : process.quantity
        document["Update"] = update(process, rules, canaries: canaries)
        return Made(
            document: document,
            group: PlannedGroup(
                process: process.type, name: name, count: process.quantity, release: kept, canaries: canaries,
                ownChecks: process.quantity > 0 ? rules.ours : [], checkNames: rules.names, port: ports?.primary,
                primaryPort: ports?.primary ?? rules.askedPorts.first ?? Ports.fallback, checkHost: host(process.type),
                minHealthySeconds: rules.minHealthySeconds, checkBudget: rules.budget, isReplaced: isReplaced))
    }

    func ports(of process: AppProcess) -> Ports? {
        if process.type == .web { return Ports(deployment.routes, image: image.facts) }
        return process.isExposed ? Ports(exposing: Ports.fallback) : nil
    }

    private func host(_ type: ProcessType) -> String? {
        type == .web ? deployment.routes.domains.first { !$0.contains("*") && $0 != "localhost" } : nil
    }

    private func document(_ process: AppProcess, _ release: ReleaseName, warnings: inout [String]) throws -> (
        JSONValue, HealthRules, Ports?
    ) {
        let resources = try NomadResources(process.resources, settings.jobs, owner: process.type.description)
        let options = DriverOptions(deployment.dockerOptions + process.dockerOptions)
        let traffic = ports(of: process)
        let rules = HealthRules(
            process, port: traffic?.primary, host: host(process.type), provider: services.provider, canCheck: canCheck)
        warnings += resources.unmapped + options.unmapped + rules.unmapped
        if process.autoscaling != nil {
            warnings.append("\(process.type): autoscaling is left out: Nomad leaves that to another program")
        }
        var network = traffic
        for port in rules.askedPorts {
            if network == nil { network = Ports(exposing: port) } else { network?.add(port) }
        }
        let storage = storage.parts(of: process.type)
        let words = StartWords(process, image: image.facts, port: traffic?.primary ?? Ports.fallback)
        let labels = Label.all(app, process: process.type.description, release: release, origin: settings.origin)
        let task = TaskTemplate(
            name: Name.group(process.type), image: (image.pushed ?? image.local).description,
            entrypoint: words.entry, arguments: words.arguments, variables: variables(traffic),
            templates: config.templates(variablePath)
                + [Config.template(EnvironmentTemplate.dyno(process.type), "local/dyno.env")],
            auth: config.auth, resources: resources, portLabels: network?.labels ?? [], storage: storage,
            options: options, labels: labels, stopTimeout: deployment.app.stopTimeout,
            killSignal: settings.jobs.killSignal)

        var group: [String: JSONValue] = [
            "Name": .string(Name.group(process.type)), "Count": .integer(process.quantity),
            "Tasks": [task.document], "Meta": .strings(meta(process.type, release)), "RestartPolicy": restartPolicy,
            "ReschedulePolicy": reschedulePolicy,
        ]
        if let network { group["Networks"] = [network.network(settings.jobs.networkMode)] }
        if !storage.volumes.isEmpty { group["Volumes"] = .object(storage.volumes) }
        if let service = services.document(process.type, isReached: traffic != nil, checks: rules.serviceChecks) {
            group["Services"] = [service]
            if traffic != nil, settings.jobs.shutdownDelay > 0 {
                group["ShutdownDelay"] = .seconds(settings.jobs.shutdownDelay)
            }
        }
        return (.object(group), rules, traffic)
    }

    private func variables(_ ports: Ports?) -> [String: String] {
        var variables = config.variables
        if let ports { variables["PORT"] = String(ports.primary) }
        if image.facts?.kind == .herokuish { variables["USER"] = image.buildpackUser }
        if deployment.isTraced { variables["TRACE"] = "true" }
        return variables
    }

    private func meta(_ type: ProcessType, _ release: ReleaseName) -> [String: String] {
        settings.jobs.metadata.meta(of: type).merging([
            Meta.process: type.description, Meta.release: release.description,
            Meta.imageKind: (image.facts?.kind ?? .dockerfile).rawValue,
        ]) { $1 }
    }

    /// All of a release at once, beside what serves; whoever registers it promotes it.
    private func update(_ process: AppProcess, _ rules: HealthRules, canaries: Int) -> JSONValue {
        // Nomad wants each of these to be longer than the one before.
        let healthy = max(settings.healthyDeadline, rules.minHealthySeconds + 1)
        let progress = max(settings.progressDeadline, healthy + 1, deployment.app.stopTimeout)
        return [
            "MaxParallel": .integer(max(1, process.quantity)), "Canary": .integer(canaries),
            "HealthCheck": .string(rules.kind), "MinHealthyTime": .seconds(rules.minHealthySeconds),
            "HealthyDeadline": .seconds(healthy), "ProgressDeadline": .seconds(progress), "AutoRevert": true,
            "AutoPromote": false,
        ]
    }

    /// A task that ended is started again where it is, so often.
    private var restartPolicy: JSONValue {
        let policy = deployment.restartPolicy
        guard policy.kind != .no else {
            return ["Attempts": 0, "Interval": .seconds(300), "Delay": .seconds(1), "Mode": "fail"]
        }
        let attempts = policy.kind == .onFailure && policy.limit > 0 ? policy.limit : 10
        let delay = settings.jobs.restartDelay
        // Docker's other policies have no limit.
        let isLimited = policy.kind == .onFailure && policy.limit > 0
        return [
            "Attempts": .integer(attempts), "Interval": .seconds(max(600, attempts * (delay + 1) * 2)),
            "Delay": .seconds(delay), "Mode": isLimited ? "fail" : "delay",
        ]
    }

    /// Then it is tried on another node, for as long as it takes.
    private var reschedulePolicy: JSONValue {
        guard deployment.restartPolicy.kind != .no else { return ["Attempts": 0, "Unlimited": false] }
        return [
            "Unlimited": true, "Delay": .seconds(30), "DelayFunction": "exponential", "MaxDelay": .seconds(3_600),
        ]
    }
}
