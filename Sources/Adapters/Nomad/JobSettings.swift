import AdapterKit

/// The settings that say how an app's jobs look.
struct JobSettings: Sendable, Equatable {
    /// Who keeps the addresses of an app's allocations.
    enum ServiceProvider: String, Sendable, CaseIterable {
        /// Nomad itself from 1.3 on, else Consul where there is one.
        case auto
        case nomad, consul, none
    }

    /// What leads traffic from outside to `web`, by the tags of its service.
    enum Routing: String, Sendable, CaseIterable {
        case traefik, none
    }

    /// The network of a group.
    enum NetworkMode: String, Sendable, CaseIterable {
        /// The container's own, its ports published by the docker driver.
        case docker
        /// A network namespace that Nomad makes; needs CNI plugins on the nodes.
        case bridge
    }

    var serviceProvider: ServiceProvider
    var routing: Routing
    /// Further tags of the services.
    var serviceTags: [String]
    var networkMode: NetworkMode
    var priority: Int
    /// The signal that asks a task to end; `nil` for the image's.
    var killSignal: String?
    /// Seconds between leaving the services and the signal.
    var shutdownDelay: Int
    /// Seconds before a task that ended is started again.
    var restartDelay: Int
    /// What one processor counts as, in MHz.
    var cpuMHz: Int
    /// MHz that an instance is to have at the least.
    var defaultCPU: Int
    /// MB that an instance has where nothing else is said.
    var defaultMemory: Int
    /// Whether folders and volumes of the nodes are mounted by the docker driver.
    var mountsDockerVolumes: Bool
    /// In which cron schedules are meant.
    var timeZone: String
    var placement: PlacementSettings
    var metadata: JobMetadataSettings

    static let declarations = [
        SettingDeclaration(
            "service-provider", default: "auto",
            summary: "who keeps the addresses of allocations: nomad, consul, none, or auto for what there is"),
        SettingDeclaration(
            "routing", default: "traefik",
            summary: "whose tags web's service gets for the app's domains: traefik or none"),
        SettingDeclaration("service-tags", summary: "further tags of the services, joined by commas"),
        SettingDeclaration(
            "network-mode", default: "docker",
            summary: "docker: ports published by the docker driver; bridge: a network by Nomad, with CNI plugins"),
        SettingDeclaration("priority", default: "50", summary: "the priority of the app's jobs, 1 to 100"),
        SettingDeclaration("kill-signal", summary: "the signal that asks a task to end; the image's own when unset"),
        SettingDeclaration(
            "shutdown-delay", default: "5", summary: "seconds between leaving the services and the signal"),
        SettingDeclaration(
            "restart-delay", default: "5", summary: "seconds before a task that ended is started again"),
        SettingDeclaration("cpu-mhz", default: "1000", summary: "the MHz that one processor of a limit counts as"),
        SettingDeclaration("default-cpu", default: "100", summary: "the MHz of an instance where nothing else is said"),
        SettingDeclaration(
            "default-memory", default: "512", summary: "the MB of an instance where nothing else is said"),
        SettingDeclaration(
            "docker-volumes", default: "false",
            summary: "whether folders and docker volumes of the nodes are mounted (docker.volumes.enabled there)"),
        SettingDeclaration("time-zone", default: "UTC", summary: "the time zone of cron schedules"),
    ]

    init(_ settings: Settings) throws {
        serviceProvider = try settings.choice("service-provider", default: .auto)
        routing = try settings.choice("routing", default: .traefik)
        serviceTags = settings.words("service-tags")
        networkMode = try settings.choice("network-mode", default: .docker)
        priority = min(100, try settings.number("priority", atLeast: 1, default: 50))
        killSignal = settings.text("kill-signal")
        shutdownDelay = try settings.number("shutdown-delay", atLeast: 0, default: 5)
        restartDelay = try settings.number("restart-delay", atLeast: 0, default: 5)
        cpuMHz = try settings.number("cpu-mhz", atLeast: 1, default: 1_000)
        defaultCPU = try settings.number("default-cpu", atLeast: 1, default: 100)
        defaultMemory = try settings.number("default-memory", atLeast: 10, default: 512)
        mountsDockerVolumes = try settings.flag("docker-volumes", default: false)
        timeZone = settings.text("time-zone") ?? "UTC"
        placement = try PlacementSettings(settings)
        metadata = try JobMetadataSettings(settings)
    }
}
