import AdapterKit
import DokkuIO

/// Holds single cron tasks back: Dokku's property `maintenance.ID` of plugin `cron`.
package struct CronMaintenance: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// - Throws: ``AdapterError`` when the app has no such task.
    package func set(_ id: String, isHeld: Bool) async throws {
        let tasks = try await host.cronTasks(of: app)
        guard tasks.contains(where: { $0.id == id }) else {
            throw AdapterError(.notFound, "\(app) has no cron task '\(id)'", hint: "cron:list \(app)")
        }
        try host.properties("cron").set("maintenance.\(id)", to: isHeld ? "true" : "", .app(app))
        try await Crontab(host).refresh()
        try await CronKeeper(host).keep(app)
        await host.console.step("\(isHeld ? "Suspended" : "Resumed") \(id)")
    }
}
