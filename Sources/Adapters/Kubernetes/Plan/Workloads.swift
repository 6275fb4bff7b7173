import AdapterKit
import JSONDocument

/// Makes the workloads of a release.
struct Workloads: Sendable {
    let deployment: Deployment
    let settings: KubernetesSettings
    let metadata: ObjectMetadata
    let namespace: String
    let storage: Storage
    let config: String?
    let pullSecrets: [String]
    let ports: Ports
    /// Whether the server can wait in a preStop hook by itself.
    let canSleep: Bool
    /// Which instances there are now, by the workload's name: what an autoscaler has made of it.
    let liveQuantities: [String: Int]

    private var objects: ObjectSettings { settings.objects }
    private var names: Names { Names(app: deployment.app.name) }

    /// Whether releases of `type` follow each other in one workload.
    func isRolling(_ type: ProcessType) -> Bool { settings.rollout == .rolling || isStateful(type) }

    func isStateful(_ type: ProcessType) -> Bool { objects.statefulProcesses.contains(type.description) }

    /// Whether other pods may reach instances of `process`.
    func isReached(_ process: AppProcess) -> Bool { process.type == .web || process.isExposed }

    /// - Parameters:
    ///   - release: what the pods are labelled with.
    ///   - warnings: takes what the cluster cannot do, one sentence each.
    func workload(_ process: AppProcess, release: Fingerprint, warnings: inout [String]) throws -> Workload {
        let claims = try ResourceClaims(process.resources, settings: objects, owner: process.type.description)
        let options = PodOptions(deployment.dockerOptions + process.dockerOptions)
        let ports = ports(of: process)
        let host = deployment.routes.domains.first { !$0.contains("*") && $0 != "localhost" }
        let probes = Probes(process, port: ports?.primary, host: process.type == .web ? host : nil)
        warnings += claims.unmapped + options.unmapped + probes.unmapped

        var template = PodTemplate(container: Name.container(process.type), image: imageName)
        StartWords(process, image: deployment.image.facts, port: ports?.primary ?? 5_000).fill(&template)
        template.config = config
        template.variables = variables(process, ports)
        template.ports = ports?.containerPorts ?? []
        template.resources = claims.document
        template.probes = probes.documents
        template.mounts = storage.mounts(of: process.type)
        template.pullSecrets = pullSecrets
        template.serviceAccount = names.serviceAccount
        template.stopTimeout = deployment.app.stopTimeout
        template.drainSeconds = isReached(process) ? objects.drainSeconds : 0
        template.canSleep = canSleep
        template.options = options
        template.imageFacts = deployment.image.facts
        let identity = metadata.labels(of: "Pod", process: process.type)
        template.labels = options.labels.merging(identity) { $1 }
        template.labels[Label.release] = release.description
        template.annotations = metadata.settings.annotations(for: "Pod", process: process.type.description)
        if probes.hasDefaultReadiness, let port = ports?.primary {
            template.annotations[Annotation.defaultProbe] = String(port)
        }
        template.annotations[Annotation.imageKind] = (deployment.image.facts?.kind ?? .dockerfile).rawValue

        let isRolling = isRolling(process.type)
        let name = names.workload(process.type, isRolling ? nil : release)
        var selector = identity.filter { [Label.app, Label.process, Label.origin].contains($0.key) }
        if !isRolling { selector[Label.release] = release.description }
        let quantity = quantity(process, workload: name)
        var spec: [String: JSONValue] = [
            "replicas": .integer(quantity), "selector": ["matchLabels": .strings(selector)],
            "template": .object(template.document(objects)), "revisionHistoryLimit": 2,
        ]
        let isStateful = isStateful(process.type)
        if isStateful {
            spec["serviceName"] = .string(names.identities(process.type))
            spec["updateStrategy"] = ["type": "RollingUpdate"]
        } else {
            // The server leaves a 0 out, and would take each apply of one for a change.
            if probes.minReadySeconds > 0 { spec["minReadySeconds"] = .integer(probes.minReadySeconds) }
            spec["progressDeadlineSeconds"] = .integer(settings.deployTimeout + 60)
            spec["strategy"] = strategy(process)
        }
        var object = metadata.object(
            isStateful ? .statefulSet : .deployment, name, in: namespace, process: process.type, ["spec": .object(spec)]
        )
        object.labels[Label.release] = release.description
        return Workload(
            process: process.type, quantity: quantity, object: object,
            minReadySeconds: isStateful ? 0 : probes.minReadySeconds,
            waitsForReadiness: process.checks.mode == .enabled,
            defaultProbePort: probes.hasDefaultReadiness ? ports?.primary : nil,
            hasStartupProbe: probes.documents["startupProbe"] != nil, ownChecks: probes.ours, checkNames: probes.names,
            startupCommand: probes.documents["startupProbe"]?["exec"]?["command"]?.items?.compactMap(\.text) ?? [],
            port: ports?.primary, readinessBudget: probes.readinessBudget,
            isRolling: isRolling, stopsOldFirst: process.checks.mode == .disabled && !isRolling,
            container: template.container)
    }

    /// What a pod is told of the image: by digest where it was pushed.
    var imageName: String { (deployment.image.pushed ?? deployment.image.local).description }

    func ports(of process: AppProcess) -> Ports? {
        if process.type == .web { return ports }
        return process.isExposed ? Ports(exposing: 5_000) : nil
    }

    private func variables(_ process: AppProcess, _ ports: Ports?) -> [PodTemplate.Variable] {
        var variables: [PodTemplate.Variable] = [
            // Its type comes first, as in a Dokku container; pods have names instead of numbers.
            .init(name: "LINKSPAN_POD", field: "metadata.name"),
            .init(name: "DYNO", value: "\(process.type).$(LINKSPAN_POD)"),
        ]
        if let ports { variables.append(.init(name: "PORT", value: String(ports.primary))) }
        if deployment.image.facts?.kind == .herokuish {
            variables.append(.init(name: "USER", value: deployment.image.buildpackUser))
        }
        if deployment.isTraced { variables.append(.init(name: "TRACE", value: "true")) }
        return variables
    }

    /// What the autoscaler made of it stays; a new release begins where the one before is.
    private func quantity(_ process: AppProcess, workload: String) -> Int {
        guard let scaling = process.autoscaling, process.quantity > 0 else { return process.quantity }
        let least = scaling.minimum ?? process.quantity
        let most = max(scaling.maximum ?? least, least)
        let prefix = names.service(process.type)
        let before = liveQuantities[workload] ?? liveQuantities.filter { $0.key.hasPrefix(prefix) }.values.max()
        return min(max(before ?? process.quantity, least), most)
    }

    private func strategy(_ process: AppProcess) -> JSONValue {
        // Storage that one pod at a time may write is given up before the next pod gets it.
        let isShared = deployment.mounts.contains {
            ($0.process == nil || $0.process == process.type)
                && ["", "ReadWriteOnce", "ReadWriteOncePod"].contains($0.entry?.accessMode ?? "ReadWriteMany")
        }
        if isRolling(process.type), isShared || process.checks.mode == .disabled { return ["type": "Recreate"] }
        return ["type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 0, "maxSurge": 1]]
    }
}

/// The annotations that we read again.
enum Annotation {
    /// Who built the image: decides how a shell in it is opened.
    static let imageKind = "linkspan.dev/image-kind"
    /// The port at which an instance is asked whether it is ready, although nobody said so.
    static let defaultProbe = "linkspan.dev/default-probe"
    /// The fingerprint of what a workload's pods are made of, but for the release's name.
    static let content = "linkspan.dev/content"
    /// Dokku's id of a cron task.
    static let cronID = "linkspan.dev/cron-id"
    /// What a cron task runs, as it was written.
    static let command = "linkspan.dev/command"
}

/// How a process is started (contract 2.5, phase 3).
struct StartWords: Sendable {
    let entry: [String]
    let arguments: [String]

    init(_ process: AppProcess, image: ImageFacts?, port: Int) {
        let command = process.command.listening(on: port)
        switch image?.kind ?? .dockerfile {
        case .herokuish:
            entry = []
            arguments = command.override ?? ["/start", process.type.description]
        case .pack:
            let words = command.override ?? command.dockerfileOverride ?? command.procfile
            entry = words == nil ? [] : ["launcher"]
            arguments = words ?? []
        case .dockerfile:
            entry = []
            arguments = command.dockerfileOverride ?? command.procfile ?? []
        }
    }

    func fill(_ template: inout PodTemplate) {
        template.command = entry
        template.arguments = arguments
    }
}
