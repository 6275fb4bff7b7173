import AdapterKit
import DokkuIO

/// Apps come, go, and get other names.
package struct AppLifecycle: Sendable {
    private let host: Host

    /// The plugins whose properties belong to an app.
    private var plugins: [String] {
        PropertyCatalog.all(host.catalog).map(\.name) + [
            "common", "docker-options", "linkspan", "ports", "resource", "storage",
        ]
    }
    /// The plugins that keep data of an app.
    private static let dataOwners = [
        "ps", "app-json", "registry", "scheduler-docker-local", Ledger.owner,
    ]

    package init(_ host: Host) {
        self.host = host
    }

    package func create(_ app: AppName) async throws {
        guard !host.apps.exists(app) else { throw AdapterError(.conflict, "Name is already taken") }
        await host.console.step("Creating \(app)...")
        try host.apps.create(app)
    }

    /// Takes all of an app away. What is already gone is no error.
    package func destroy(_ app: AppName) async throws {
        await host.console.report(.step("Destroying \(app) (including all add-ons)"))
        let lock = try await DeployLock.take(host.layout, app, command: "apps:destroy \(app)")
        defer { lock.release() }
        // Traffic first: what is removed must not be asked any more.
        try await Announcer(host, app).withdraw()
        try await Departure(host, app).destroy()
        for scheduler in try schedulers(of: app) {
            try await remove(app, from: scheduler)
        }
        await host.console.report(.step("Retiring old containers and images"))
        let queue = RetireQueue(host.layout)
        try queue.remove(try queue.entries().filter { $0.app == app }.map(\.id))
        await KeptReleases(host, app).forgetImages()
        try forget(app)
        try await Crontab(host).refresh()
    }

    /// What serves must go; of a scheduler that has merely been selected, what can be reached must.
    private func remove(_ app: AppName, from scheduler: String) async throws {
        let isHome = try host.properties("linkspan").value("scheduler", .app(app)) == scheduler
        let mustGo = try isHome || host.catalog.plugin(for: scheduler).manifest.isKeptByHost
        let shared = try? SharedLock(host, app, scheduler: scheduler)
        if isHome { try await shared?.requireFree() }
        do {
            try await host.adapter(scheduler: scheduler, app: app).remove(
                try host.reader(app).liveApp(), console: host.console)
            if isHome { await shared?.releaseOwn() }
        } catch  where !mustGo {
            await host.warn(of: error)
        }
    }

    /// The schedulers that may run something of the app: the one it has selected, and the one that serves it.
    private func schedulers(of app: AppName) throws -> [String] {
        let named = [try host.scheduler(of: app), try host.properties("linkspan").value("scheduler", .app(app))]
        return Set(named.compactMap { $0 }).filter { host.catalog.schedulers.contains($0) }.sorted()
    }

    /// Makes `new` with the settings and files of `old`, deployed if `old` is.
    package func clone(_ old: AppName, to new: AppName, deploys: Bool) async throws {
        guard !host.apps.exists(new) else { throw AdapterError(.conflict, "Name is already taken") }
        await host.console.step("Cloning \(old) to \(new)")
        try copy(old, to: new)
        if deploys { try await deployIfOnceDeployed(old, as: new, reason: "clone") }
    }

    /// Gives `old` another name: `new` is brought up whole before `old` goes.
    package func rename(_ old: AppName, to new: AppName, deploys: Bool) async throws {
        guard !host.apps.exists(new) else { throw AdapterError(.conflict, "Name is already taken") }
        await host.console.step("Renaming \(old) to \(new)")
        try copy(old, to: new)
        try Ledger.copy(from: old, to: new, host.layout)
        await KeptReleases(host, new).keepImages()
        // Both have the domains until the old one is destroyed: nginx takes either, and both serve the same.
        if try await host.reader(old).inputs.routes().domains.isEmpty == false {
            try StateFiles.write(
                try StateFiles.readText(host.layout.app(old, "VHOST")) ?? "", to: host.layout.app(new, "VHOST"),
                mode: 0o644)
        }
        if let certificate = try CertificateFiles(host.layout, old).read() {
            try CertificateFiles(host.layout, new).keep(certificate)
        }
        do {
            if deploys { try await deployIfOnceDeployed(old, as: new, reason: "rename") }
        } catch {
            try? await host.adapter(for: new).remove(App(name: new), console: host.console)
            await KeptReleases(host, new).forgetImages()
            try? forget(new)
            throw error
        }
        try await destroy(old)
    }

    private func deployIfOnceDeployed(_ old: AppName, as new: AppName, reason: String) async throws {
        guard try Reports(host).isDeployed(old) else { return }
        try await Processes(host, new).deployKept(reason: reason)
    }

    private func copy(_ old: AppName, to new: AppName) throws {
        try host.apps.create(new)
        for plugin in plugins where plugin != "common" { try host.properties(plugin).clone(from: old, to: new) }
        // Nothing serves the new app yet.
        for name in ["scheduler", "place", "leaving", "release"] {
            try host.properties("linkspan").set(name, to: "", .app(new))
        }
        try ProjectFiles(kept: old, host.layout).keep(for: new, host.layout)
    }

    private func forget(_ app: AppName) throws {
        for plugin in plugins { try host.properties(plugin).destroy(app) }
        for owner in Self.dataOwners { try StateFiles.removeFolder(host.layout.data(owner, app)) }
        try StateFiles.remove(host.layout.config(app))
        try StateFiles.removeFolder(StateFiles.parent(of: host.layout.config(app)))
        try host.apps.destroy(app)
    }
}
