import AdapterKit
import DokkuIO

/// Tells schedulers that run cron tasks themselves what has changed between deploys.
package struct CronKeeper: Sendable {
    private let host: Host

    package init(_ host: Host) {
        self.host = host
    }

    /// Suspends and resumes the tasks of one app, or of all; one app's trouble is not the others'.
    package func keep(_ only: AppName?) async throws {
        if let only { return try await keep(app: only) }
        for app in try host.apps.all() {
            do {
                try await keep(app: app)
            } catch {
                await host.warn(of: error, in: app)
            }
        }
    }

    private func keep(app: AppName) async throws {
        let scheduler = try host.scheduler(of: app)
        guard let manifest = host.catalog.plugins.first(where: { $0.manifest.scheduler == scheduler })?.manifest,
            manifest.cron == .scheduler, manifest.capabilities.contains(.cron),
            try host.properties("linkspan").value("scheduler", .app(app)) == scheduler,
            let adapter = try host.adapter(scheduler: scheduler, app: app) as? any CronKeeping
        else { return }
        let tasks = try await host.cronTasks(of: app)
        try await adapter.keep(tasks, of: try host.reader(app).liveApp(), console: host.console)
    }
}

extension Host {
    /// The tasks of the app's release.
    package func cronTasks(of app: AppName) async throws -> [CronTask] {
        let reader = reader(app)
        return try reader.cronTasks(try await reader.inputs.project(.none))
    }
}
