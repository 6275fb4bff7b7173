import APIClient
import AdapterKit

/// Runs apps on Nomad clusters, through their HTTP API.
struct NomadAdapter: Adapter {
    let settings: NomadSettings
    let context: AdapterContext
    let connection: ServerConnection

    /// Opens no connection yet.
    init(_ context: AdapterContext) throws {
        settings = try NomadSettings(context.settings, origin: context.origin)
        self.context = context
        connection = ServerConnection(settings: settings, context: context)
    }

    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        let server = try await connection.server()
        try await NomadTrouble.translating("find namespace \(server.namespace)") {
            try await NamespaceUpkeep(server: server).ensure(console: console)
        }
        let facts = try await ServerFacts.read(server, deployment.app.name, settings)
        let plan = try NomadPlan(deployment, settings, facts)
        if let agreed = deployment.agreedState {
            try PlanComparison(
                server: server, plan: plan, facts: facts, mask: SecretMask(config: deployment.environment)
            ).require(agreed)
        }
        for warning in plan.warnings { await console.report(.warning(warning)) }
        return try await ReleaseRollout(
            server: server, settings: settings, facts: facts, plan: plan, deployment: deployment, console: console,
            clock: context.clock
        ).carryOut()
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {
        let server = try await connection.server()
        let end = AppEnd(
            server: server, app: app.name, settings: settings, stopTimeout: app.stopTimeout, clock: context.clock)
        if removing { try await end.remove() } else { try await end.stop() }
    }

    func remove(_ app: App, console: any Console) async throws { try await stop(app, removing: true, console: console) }

    func status(of app: App) async throws -> AppStatus {
        let server = try await connection.server()
        return try await NomadTrouble.translating("ask for the state of \(app.name)") {
            try await LiveAllocations.read(server, app.name, origin: settings.origin).status
        }
    }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {
        let server = try await connection.server()
        try await NomadTrouble.translating("read the logs of \(app.name)") {
            try await LogReader(server: server, query: query, console: console, clock: context.clock)
                .read(app.name, origin: settings.origin)
        }
    }
}
