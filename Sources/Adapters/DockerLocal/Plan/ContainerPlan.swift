import AdapterKit
import DockerEngine

/// What a deploy will do, as a value: which containers to make, how to check them, which ones they supersede.
struct ContainerPlan: Sendable, Equatable, Codable {
    struct Group: Sendable, Equatable, Codable {
        var type: ProcessType
        /// How many of its containers are started at a time.
        var parallel: Int
        /// Whether the running containers of the type are stopped before new ones start.
        var stopsFirst: Bool
        var containers: [PlannedContainer]
        /// Run before an instance is taken for verified; empty when checks are skipped.
        var checks: [Healthcheck]
        /// Whether checks are run, skipped, or give way to stopping first.
        var mode: Checks.Mode
        /// Running instances that stay as they are.
        var kept: [Instance]
        var superseded: [Instance]
        var warnings: [String]
    }

    var app: AppName
    var deployment: DeploymentID
    /// How many groups are worked on at a time, `web` and groups that stop first aside.
    var parallelGroups: Int
    /// In the order in which they are worked on.
    var groups: [Group]
    /// Instances that this deploy does not touch.
    var untouched: [Instance]
    var warnings: [String]

    /// What containers are superseded by the whole plan.
    var superseded: [Instance] { groups.flatMap(\.superseded) }

    /// - Parameter running: the ids of the app's containers that run; needed where running ones are kept.
    /// - Throws: ``AdapterError`` when what the user wrote cannot be carried out.
    init(
        _ deployment: Deployment, image: ImageFacts, engineArchitecture: String, settings: DockerLocalSettings,
        running: Set<String> = []
    ) throws {
        app = deployment.app.name
        self.deployment = deployment.id
        parallelGroups = settings.parallelScheduleCount
        var warnings: [String] = []
        let platform = ContainerSpec.platform(image: image, engineArchitecture: engineArchitecture)
        if platform != nil { warnings.append("Detected linux/amd64 image, forcing --platform=linux/amd64") }
        var groups: [Group] = []
        for process in deployment.affectedProcesses {
            groups.append(
                try Group(
                    process, of: deployment, image: image, platform: platform, settings: settings, running: running))
        }
        // A type that the formation no longer names is scaled away with the release that dropped it.
        let named = Set(deployment.processes.map(\.type))
        if deployment.only == nil {
            let vanished = Dictionary(grouping: deployment.app.live.filter { !named.contains($0.name.process) }) {
                $0.name.process
            }
            for (type, instances) in vanished.sorted(by: { $0.key < $1.key }) {
                groups.append(
                    Group(
                        type: type, parallel: 1, stopsFirst: false, containers: [], checks: [], mode: .skipped,
                        kept: [], superseded: instances, warnings: []))
            }
        }
        // Stopping first comes last: until then the running release is whole.
        let busy = groups.filter { !deployment.keepsRunning || !$0.containers.isEmpty || !$0.superseded.isEmpty }
        self.groups = busy.filter { !$0.stopsFirst } + busy.filter(\.stopsFirst)
        let affected = Set(groups.map(\.type))
        untouched = deployment.app.live.filter { !affected.contains($0.name.process) } + groups.flatMap(\.kept)
        self.warnings = warnings
    }
}

extension ContainerPlan.Group {
    fileprivate init(
        _ process: AppProcess, of deployment: Deployment, image: ImageFacts, platform: String?,
        settings: DockerLocalSettings, running: Set<String>
    ) throws {
        type = process.type
        parallel = process.maxParallel
        let live = deployment.app.live.filter { $0.name.process == process.type }
        kept =
            deployment.keepsRunning
            ? live.filter { running.contains($0.id) && $0.name.index <= process.quantity } : []
        let keptNames = Set(kept.map(\.name))
        superseded = live.filter { !keptNames.contains($0.name) }
        mode = process.checks.mode
        stopsFirst = mode == .disabled && !superseded.isEmpty
        containers = try (1...max(1, process.quantity)).prefix(max(0, process.quantity))
            .map { InstanceName(process.type, $0) }.filter { !keptNames.contains($0) }
            .map { name in
                try PlannedContainer(
                    name, process, of: deployment, image: image, platform: platform, settings: settings)
            }
        checks = mode == .enabled ? process.checks.gating(process.type, port: containers.first?.port) : []
        warnings = []
        if containers.first?.publishesFixedPorts == true {
            if process.quantity > 1 {
                warnings.append(
                    "Deploys may fail when publishing ports and scaling to multiple containers. "
                        + "Consider scaling process type \(type) to 1.")
            } else if mode == .enabled {
                warnings.append(
                    "Deploys may fail when publishing ports and enabling zero downtime. "
                        + "Consider disabling zero downtime for process type \(type).")
            }
        }
        if mode == .enabled {
            warnings += process.checks.healthchecks.filter { $0.purpose == .liveness }.compactMap { check in
                if case .command = check.probe { return nil }
                return "Liveness check '\(check.name)' of \(type) is not run after the deploy: "
                    + "the Docker Engine itself can only run command checks"
            }
        }
    }
}
