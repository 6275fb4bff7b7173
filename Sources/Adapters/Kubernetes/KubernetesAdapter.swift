import APIClient
import AdapterKit

/// Runs apps on Kubernetes clusters, through their HTTP API.
struct KubernetesAdapter: Adapter {
    let settings: KubernetesSettings
    let context: AdapterContext
    let connection: ClusterConnection

    /// Opens no connection yet.
    init(_ context: AdapterContext) throws {
        settings = try KubernetesSettings(context.settings, origin: context.origin)
        self.context = context
        connection = ClusterConnection(settings: settings, context: context)
    }

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        let cluster = try await connection.cluster()
        let facts = try await ClusterFacts.read(cluster, deployment.app.name, settings)
        let plan = try plan(deployment, facts)
        if let agreed = deployment.agreedState {
            try await PlanComparison(cluster: cluster, settings: settings, plan: plan, facts: facts).require(agreed)
        }
        for warning in plan.warnings { await console.report(.warning(warning)) }
        return try await ReleaseRollout(
            cluster: cluster, settings: settings, facts: facts, plan: plan, deployment: deployment, console: console,
            clock: context.clock
        ).carryOut()
    }

    /// What `deployment` becomes, with the patches that the settings name.
    func plan(_ deployment: Deployment, _ facts: ClusterFacts) throws -> KubernetesPlan {
        try KubernetesPlan(deployment, settings, facts, patches: try Patches.read(settings.objects.patches, context))
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {
        let cluster = try await connection.cluster()
        let end = AppEnd(
            cluster: cluster, app: app.name, settings: settings, stopTimeout: app.stopTimeout,
            clock: context.clock)
        if removing { try await end.remove() } else { try await end.stop() }
    }

    func remove(_ app: App, console: any Console) async throws { try await stop(app, removing: true, console: console) }

    func status(of app: App) async throws -> AppStatus {
        let cluster = try await connection.cluster()
        return try await ClusterTrouble.translating("ask for the state of \(app.name)") {
            try await LiveInstances(cluster: cluster, app: app.name, settings: settings).status()
        }
    }
}

extension KubernetesAdapter {
    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {
        let cluster = try await connection.cluster()
        try await ClusterTrouble.translating("read the logs of \(app.name)") {
            try await LogReader(cluster: cluster, query: query, console: console, clock: context.clock)
                .read(app.name, origin: settings.origin)
        }
    }
}
