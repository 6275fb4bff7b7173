import AdapterKit

/// Runs nothing and says that all is well, as Dokku's own null scheduler does (contract 4.9).
struct NullAdapter: Adapter {
    func deploy(_ deployment: Deployment, console: any Console) async throws -> Rollout {
        Rollout(instances: [], superseded: [])
    }

    func stop(_ app: App, removing: Bool, console: any Console) async throws {}

    func remove(_ app: App, console: any Console) async throws {}

    func status(of app: App) async throws -> AppStatus { AppStatus(count: 1, running: .yes) }

    func logs(of app: App, matching query: LogQuery, console: any Console) async throws {}
}
