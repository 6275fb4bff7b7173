import AdapterKit
import DokkuIO

extension Reports {
    /// How long a report waits for a backend.
    private static let patience = Duration.seconds(2)

    /// One more row of a scheduler's report, where the app's lock is held. A backend that does not answer has none.
    package func deployLock(of plugin: AdapterPlugin, _ scope: PropertyScope) async throws -> [Report.Row] {
        let scheduler = plugin.manifest.scheduler
        guard let app = scope.app, try host.properties("linkspan").value("scheduler", .app(app)) == scheduler,
            let locking = try? host.optionalRole((any DeployLocking).self, .lock, of: app, on: scheduler),
            let found = try? await within(Self.patience, { try await locking.lock(of: App(name: app)) }),
            let held = found
        else { return [] }
        return [.init("--\(plugin.propertyPlugin)-deploy-lock", held.sentence)]
    }
}
