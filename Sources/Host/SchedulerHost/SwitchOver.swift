import AdapterKit
import DokkuIO
import FoundationEssentials

/// The second half of a deploy: the verified release takes over, and the one before is retired.
struct SwitchOver: Sendable {
    private let host: Host
    private let app: AppName
    private let state: LocalState

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
        state = LocalState(host.layout, app)
    }

    /// Whole or not at all: a failure before traffic has moved takes all of it back.
    func run(
        _ rollout: Rollout, _ deployment: Deployment, _ request: DeployPipeline.Request, scheduler: String,
        adapter: any Adapter
    ) async throws {
        let previous = try? host.properties("linkspan").value("scheduler", .app(app))
        let release = KeptRelease(
            image: request.image, formation: request.formation, project: request.project, scheduler: scheduler,
            folder: request.folder)
        let before = deployment.app.live
        let change: Switch
        do {
            change = try Switch.begin(.init(rollout: rollout, before: before, release: release), state)
        } catch {
            await withdraw(rollout, deployment.app, adapter)
            throw error
        }
        do {
            try await carryOut(change, adapter)
        } catch {
            do {
                try change.takeBack()
            } catch {
                await host.console.report(
                    .warning("The switch can neither be finished nor taken back now: try linkspan ps:retire \(app)"))
                throw error
            }
            await withdraw(rollout, deployment.app, adapter)
            throw error
        }
        await conclude(rollout, deployment, adapter)
        if let previous, previous != scheduler { await leave(previous, deployment.app) }
    }

    /// Finishes a switch whose process was killed after it had been written down.
    func finishInterrupted() async throws {
        try state.sweep()
        guard let change = try Switch.interrupted(state) else { return }
        await host.console.report(.warning("The last deploy of \(app) was killed while it switched over; finishing it"))
        let adapter = try host.adapter(scheduler: change.record.release.scheduler, app: app)
        do {
            try await carryOut(change, adapter)
        } catch {
            change.abandon()
            throw error
        }
        let now = Int(Date().timeIntervalSince1970)
        try RetireQueue(host.layout).add(change.record.rollout.superseded.map(\.id), of: app, due: now)
    }

    /// Removes the new instances; the ones before go on.
    private func withdraw(_ rollout: Rollout, _ app: App, _ adapter: any Adapter) async {
        try? await (adapter as? any InstanceRetiring)?.withdraw(rollout, of: app, console: host.console)
        await goOnServing(app.live, with: adapter)
    }

    private func carryOut(_ change: Switch, _ adapter: any Adapter) async throws {
        let record = change.record
        let old = App(name: app, live: record.before)
        try await (adapter as? any InstanceRetiring)?.promote(record.rollout, of: old, console: host.console)
        try change.commitInstances()
        await host.console.report(.step("Running post-deploy"))
        let announcer = Announcer(host, app)
        try await announcer.announce(record.rollout)
        do {
            try change.finish()
        } catch {
            try? await announcer.announce(Rollout(instances: record.before, superseded: []))
            throw error
        }
    }

    /// The release serves whatever comes of this: what is left over now, `ps:retire` finds.
    private func conclude(_ rollout: Rollout, _ deployment: Deployment, _ adapter: any Adapter) async {
        do {
            try await Retirement(host).superseded(rollout, of: deployment, adapter: adapter)
        } catch {
            await host.warn(of: error)
            await host.console.report(.warning("Old containers of \(app) go with the next linkspan ps:retire \(app)"))
        }
        do {
            try await Crontab(host).refresh()
            try await Crontab(host).warnIfUnscheduled(app)
        } catch {
            await host.warn(of: error)
        }
    }

    /// After a failure: what served before serves still.
    func goOnServing(_ before: [Instance], with adapter: any Adapter) async {
        guard !before.isEmpty, let adapter = adapter as? any InstanceRetiring else { return }
        await relocate(before, with: adapter)
        let app = App(name: app, live: before)
        guard let status = try? await Task(operation: { try await adapter.status(of: app) }).value else { return }
        let up = status.states.count(where: \.isRunning)
        await host.console.report(
            up == before.count
                ? .detail("The release before goes on serving (\(up) instances)")
                : .warning("Of the release before, \(up) of \(before.count) instances run"))
    }

    /// Instances that were stopped and started again, or lived through a restart of the engine, may have other
    /// addresses than are recorded. Goes on when the task is cancelled.
    func relocate(_ instances: [Instance], with adapter: any InstanceRetiring) async {
        await Task { [state, host, app] in
            guard let now = try? await adapter.located(instances), now != instances else { return }
            try? state.relocate(now)
            try? await Announcer(host, app).announce(Rollout(instances: now, superseded: []))
        }.value
    }

    /// The app was moved here from another scheduler: nothing of it stays there.
    private func leave(_ previous: String, _ app: App) async {
        guard let adapter = try? host.adapter(scheduler: previous, app: app.name) else { return }
        await host.console.report(.step("Removing \(app.name) from the \(previous) scheduler"))
        do {
            try await adapter.remove(app, console: host.console)
        } catch {
            await host.warn(of: error)
            await host.console.report(.warning("What \(app.name) had on the \(previous) scheduler is still there"))
        }
    }
}
