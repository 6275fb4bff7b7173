import AdapterKit
import DockerEngine

/// One container to make for a deploy.
struct PlannedContainer: Sendable, Equatable, Codable {
    var instance: InstanceName
    /// Its name until it is promoted.
    var name: String
    /// What the engine is told.
    var spec: ContainerSpec
    /// Networks to join before it starts, beside the one in `spec`.
    var networks: [String]
    /// Networks to join once it is verified.
    var lateNetworks: [String]
    /// The platform to ask for; `nil` for the engine's own.
    var platform: String?
    /// The port at which it is to take traffic.
    var port: Int?

    var publishesFixedPorts: Bool {
        (spec.HostConfig.PortBindings ?? [:]).values.contains { $0.contains { !$0.HostPort.isEmpty } }
    }

    init(
        _ instance: InstanceName, _ process: AppProcess, of deployment: Deployment, image: ImageFacts,
        platform: String?, settings: DockerLocalSettings
    ) throws {
        self.instance = instance
        name = ContainerName.upcoming(deployment.app.name, instance, deployment.id)
        port = instance.process == .web ? Self.webPort(deployment.routes, image) : nil

        var draft = OptionDraft(image: deployment.image.local.description)
        try draft.apply(deployment.dockerOptions, phase: "deploy")
        try draft.apply(process.dockerOptions, phase: "deploy")
        try draft.apply(process.instanceOptions?[instance.index] ?? [], phase: "deploy")
        draft.startProcess(process.command.listening(on: port ?? 5_000), type: process.type, kind: image.kind)
        draft.join(initial: deployment.networks.initial, others: deployment.networks.attachPostCreate)
        draft.mount(deployment.mounts.filter { $0.isForDeploy && ($0.process == nil || $0.process == process.type) })
        try draft.limit(process.resources, of: process.type.description)

        draft.spec.Env = environment(deployment.environment, own: draft.spec.Env)
        draft.spec.Env += ["DYNO=\(instance)", "PORT=\(port.map(String.init) ?? "")"]
        if image.kind == .herokuish { draft.spec.Env.append("USER=" + deployment.image.buildpackUser) }
        if deployment.isTraced { draft.spec.Env.append("TRACE=true") }

        draft.spec.Labels.merge(Label.common) { $1 }
        draft.spec.Labels[Label.app] = deployment.app.name.description
        draft.spec.Labels[Label.containerType] = Label.ContainerType.deploy.rawValue
        draft.spec.Labels[Label.processType] = process.type.description
        draft.spec.Labels[Label.dyno] = instance.description
        draft.spec.Labels[Label.deployment] = deployment.id.description
        if !settings.origin.isEmpty { draft.spec.Labels[Label.origin] = settings.origin }

        draft.spec.HostConfig.RestartPolicy = .init(
            Name: deployment.restartPolicy.kind.rawValue, MaximumRetryCount: deployment.restartPolicy.limit)
        draft.startInit(settings, image)
        if let port, deployment.networks.bindsAllInterfaces {
            for container in Self.containerPorts(deployment.routes, default: port) {
                draft.publish("\(container)/tcp", [.init()])
            }
        }
        draft.spec.Healthcheck = draft.spec.Healthcheck ?? .liveness(of: process)

        spec = draft.spec
        networks = draft.networks
        let joined = Set(networks + [draft.spec.HostConfig.NetworkMode ?? "bridge"])
        lateNetworks = deployment.networks.attachPostDeploy.filter { !joined.contains($0) }
        self.platform = draft.platform ?? platform
    }

    /// The container port of the first map that is not udp; else what the image exposes; else 5000 (contract 3.5).
    private static func webPort(_ routes: Routes, _ image: ImageFacts) -> Int {
        routes.ports.first { $0.scheme != "udp" }?.containerPort ?? image.exposedPorts.first ?? 5_000
    }

    private static func containerPorts(_ routes: Routes, default port: Int) -> [Int] {
        let mapped = routes.ports.filter { $0.scheme != "udp" }.map(\.containerPort)
        return mapped.isEmpty ? [port] : Set(mapped).sorted()
    }
}

/// The app's config as the engine takes it; a value given by a docker option wins.
func environment(_ config: [String: String], own: [String]) -> [String] {
    let names = Set(own.map { String($0.prefix { $0 != "=" }) })
    return config.filter { !names.contains($0.key) }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + own
}

extension ContainerSpec {
    /// An amd64 image on another machine must be asked for by name (contract 2.5).
    static func platform(image: ImageFacts, engineArchitecture: String) -> String? {
        image.architecture == "amd64" && engineArchitecture != "amd64" ? "linux/amd64" : nil
    }
}

extension ContainerSpec.HealthcheckSpec {
    /// The engine can watch one command; the first liveness check that is one becomes it.
    fileprivate static func liveness(of process: AppProcess) -> Self? {
        guard process.checks.mode != .disabled else { return nil }
        for check in process.checks.healthchecks where check.purpose == .liveness {
            guard case .command(let words) = check.probe else { continue }
            let second = 1_000_000_000
            var health = Self()
            health.Test = ["CMD"] + words
            health.Interval = max(1, check.wait) * second
            health.Timeout = check.timeout * second
            health.StartPeriod = check.initialDelay * second
            health.Retries = check.attempts
            return health
        }
        return nil
    }
}
