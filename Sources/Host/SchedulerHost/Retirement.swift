import AdapterKit
import DokkuIO
import FoundationEssentials

/// Takes down what no release needs any more: a reconcile of what is recorded with what is there, so that it comes
/// out right whoever died in the middle.
package struct Retirement: Sendable {
    private let host: Host
    private let queue: RetireQueue

    package init(_ host: Host) {
        self.host = host
        queue = RetireQueue(host.layout)
    }

    /// Says which instances a rollout has left to go.
    func tell(_ rollout: Rollout, wait: Int) async {
        let replaced = Set(rollout.instances.map(\.name))
        for instance in rollout.superseded.sorted(by: { $0.name < $1.name }) {
            let kind = replaced.contains(instance.name) ? "old" : "orphaned"
            await host.console.report(
                .detail("Scheduling \(kind) container shutdown in \(wait) seconds (\(instance.name))"))
        }
    }

    /// The old instances of a deploy: told to finish now, removed when their grace is over.
    func superseded(_ rollout: Rollout, of deployment: Deployment, adapter: any Adapter) async throws {
        guard let adapter = adapter as? any InstanceRetiring, !rollout.superseded.isEmpty else { return }
        let wait = deployment.waitToRetire
        let app = deployment.app.name
        let ids = rollout.superseded.map(\.id)
        try queue.add(ids, of: app, due: now + wait)
        await RetiredImages(host).register(ids, of: app, due: now + wait, adapter: adapter)
        await host.console.report(.step("Shutting down old containers in \(wait) seconds"))
        try await adapter.dismiss(ids)
        try BackgroundRetire.start(app: app, after: wait, environment: host.environment)
    }

    /// `scheduler-register-retired` (contract 2.8).
    package func register(_ id: String, of app: AppName, wait: Int) async throws {
        guard !id.isEmpty else { return }
        let due = now + min(max(0, wait), 31_536_000)
        try queue.add([id], of: app, due: due)
        guard host.layout.isDokku else { return }
        let adapter = try host.adapter(scheduler: "docker-local", app: app)
        await RetiredImages(host).register([id], of: app, due: due, adapter: adapter)
    }

    /// Retires what is due, of one app or all: queued instances, leftovers of deploys that were killed, expired tasks.
    package func retire(_ only: AppName?) async throws {
        await host.console.step("Retiring old containers and images")
        var failure: (any Error)?
        do {
            try await retireInstances(only)
        } catch {
            failure = error
        }
        await host.console.step("Retiring expired run and cron containers")
        try await retireTasks(only)
        if let failure { throw failure }
    }

    /// Retires what is due but tasks, and says nothing of what it is about.
    package func retireInstances(_ only: AppName?) async throws {
        let apps = try only.map { [$0] } ?? host.apps.all()
        var failure: (any Error)?
        for app in apps {
            do {
                try await reconcile(app)
            } catch {
                // One app's trouble is not the others'.
                if apps.count > 1 { await host.warn(of: error, in: app) }
                failure = failure ?? error
            }
        }
        if only == nil { try await retireOfGoneApps(Set(apps)) }
        try await RetiredImages(host).retire(only, now: now)
        if let failure { throw failure }
    }

    /// The tasks of one app, or of all, whose time is over.
    private func retireTasks(_ only: AppName?) async throws {
        let others = try (only.map { [$0] } ?? host.apps.all()).filter { app in
            let scheduler = try host.scheduler(of: app)
            let plugin = host.catalog.plugins.first { $0.manifest.scheduler == scheduler }
            return plugin?.manifest.isKeptByHost == false && plugin?.manifest.capabilities.contains(.run) == true
        }
        for app in others {
            let tasks = try host.adapter(for: app) as? any TaskRunning
            try await tasks?.retireTasks(of: try host.reader(app).liveApp(), console: host.console)
        }
        // A host all of whose apps are elsewhere need not have an engine.
        let apps = try only.map { [$0] } ?? host.apps.all()
        guard apps.isEmpty || others.count < apps.count,
            let tasks = try host.adapter(scheduler: "docker-local", app: only) as? any TaskRunning
        else { return }
        try await tasks.retireTasks(of: try only.map { try host.reader($0).liveApp() }, console: host.console)
    }

    /// Retires what is due of one app and looks no further: what a deploy leaves to be done later.
    package func retireDue(of app: AppName) async throws {
        let now = now
        try await take(try queue.entries().filter { $0.app == app && $0.due <= now }.map(\.id), app)
    }

    private func reconcile(_ app: AppName) async throws {
        // Apps of schedulers that others answer to are theirs to retire; one that a Dokku is destroying has no data left.
        let isGoing =
            host.layout.isDokku && !StateFiles.isFolder(host.layout.data("scheduler-docker-local", app))
        guard host.apps.exists(app), !isGoing, host.catalog.schedulers.contains(try host.scheduler(of: app)) else {
            return try await retireDue(of: app)
        }
        let found: (live: App, leftovers: [String], adapter: any InstanceRetiring)?
        do {
            // Whoever deploys right now has instances that nobody has recorded yet.
            guard let lock = try await DeployLock.takeForRetiring(host.layout, app) else {
                await host.console.report(.detail("\(app) is being deployed: only what is due is retired"))
                return try await retireDue(of: app)
            }
            defer { lock.release() }
            try await SwitchOver(host, app).finishInterrupted()
            try await Rollback(host, app).settle()
            await Departure(host, app).finish()
            found = try await leftovers(of: app)
        }
        // Without the lock: what no record names stays unnamed, and stopping takes its time.
        try await retireDue(of: app)
        guard let found, !found.leftovers.isEmpty else { return }
        try await take(found.leftovers, app)
        try await comeBack(found.live, found.adapter)
    }

    private func leftovers(of app: AppName) async throws
        -> (live: App, leftovers: [String], adapter: any InstanceRetiring)?
    {
        let scheduler = try host.scheduler(of: app)
        guard let adapter = try host.optionalRole((any InstanceRetiring).self, .retire, of: app, on: scheduler)
        else { return nil }
        let live = try host.reader(app).liveApp()
        let known = Set(live.live.map(\.id) + (try queue.entries().map(\.id)))
        return (live, try await adapter.leftovers(of: live, known: known), adapter)
    }

    /// A deploy that was killed may have stopped instances to make room: they are the release, so they run again.
    private func comeBack(_ app: App, _ adapter: any InstanceRetiring) async throws {
        let isStopped = try host.properties("ps").value("restore", .app(app.name)) == "false"
        if !isStopped, !app.live.isEmpty, try await adapter.status(of: app).running != .yes {
            await host.console.report(.detail("Starting what a killed deploy of \(app.name) had stopped"))
            try await adapter.resume(app.live, console: host.console)
        }
        await SwitchOver(host, app.name).relocate(app.live, with: adapter)
    }

    private func retireOfGoneApps(_ apps: Set<AppName>) async throws {
        let now = now
        for entry in try queue.entries() where entry.due <= now && !apps.contains(entry.app) {
            try await take([entry.id], entry.app)
        }
    }

    private func take(_ ids: [String], _ app: AppName) async throws {
        guard !ids.isEmpty, let adapter = try host.adapter(scheduler: "docker-local", app: app) as? any InstanceRetiring
        else { return }
        let stopTimeout = try host.reader(app).liveApp().stopTimeout
        for id in ids { await host.console.report(.detail("Attempting to retire \(app) container \(id)")) }
        let gone = try await adapter.retire(ids, stopTimeout: stopTimeout, console: host.console)
        try queue.remove(gone)
        for id in ids where !gone.contains(id) {
            try await host.plugn?.fire("retire-container-failed", [app.description, id])
        }
    }

    private var now: Int { Int(Date().timeIntervalSince1970) }
}
