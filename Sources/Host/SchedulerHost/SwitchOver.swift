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
        _ rollout: Rollout, _ deployment: Deployment, _ request: DeployPipeline.Request, _ move: Move,
        number: Int, adapter: any Adapter
    ) async throws {
        let place = move.place.map { Place(settings: $0.settings, id: rollout.place ?? $0.id) }
        let here = Leaving(scheduler: move.scheduler, place: place)
        let release = KeptRelease(
            image: request.image, formation: request.formation, project: request.project, scheduler: move.scheduler,
            folder: request.folder,
            place: place,
            leaving: try Leaving.kept(app, host.layout).filter { !$0.isSame(as: here) }
                + [move.left].compactMap { $0 }, tag: request.tag, number: number)
        let before = try host.reader(app).liveApp()
        // Who keeps a record of its own is not recorded here.
        let recorded = move.manifest.isKeptByHost ? rollout : Rollout(instances: [], superseded: [])
        let keeper = move.manifest.retiring(adapter)
        do {
            let change = try await begin(
                .init(rollout: recorded, before: before.live, release: release), deployment.app, keeper)
            if keeper != nil { await Retirement(host).tell(rollout, wait: deployment.waitToRetire) }
            try await carryOut(change, deployment.app, keeper)
        } catch {
            if !move.manifest.isKeptByHost {
                await host.console.report(
                    .warning("The new release serves, but this host could not note it: linkspan deploy \(app)"))
            }
            throw error
        }
        let trouble = await conclude(rollout, deployment, release, move, adapter)
        if move.left != nil { await Departure(host, app).finish(before) }
        if let old = move.placeID, let new = rollout.place, old != new {
            // Such as the current context of a file that is not ours: it is nowhere noted what it was.
            await host.console.report(
                .warning("The settings lead to another place than before: what \(app) had there is still there"))
        }
        if let trouble { throw trouble }
    }

    private func begin(
        _ record: Switch.Record, _ app: App, _ keeper: (any InstanceRetiring)?
    ) async throws -> Switch {
        do {
            return try Switch.begin(record, state)
        } catch {
            await withdraw(record.rollout, app, keeper)
            throw error
        }
    }

    private func carryOut(
        _ change: Switch, _ app: App, _ keeper: (any InstanceRetiring)?
    ) async throws {
        do {
            try await carryOut(change, keeper)
        } catch {
            do {
                try change.takeBack()
            } catch {
                await host.console.report(
                    .warning("The switch can neither be finished nor taken back now: try linkspan ps:retire \(app)"))
                throw error
            }
            try? await Announcer(host, self.app).announceAgain(change.record.before)
            await withdraw(change.record.rollout, app, keeper)
            throw error
        }
    }

    /// Finishes a switch whose process was killed after it had been written down.
    func finishInterrupted() async throws {
        try state.sweep()
        guard let change = try Switch.interrupted(state) else { return }
        await host.console.report(.warning("The last deploy of \(app) was killed while it switched over; finishing it"))
        let keeper = try host.optionalRole(
            (any InstanceRetiring).self, .retire, of: app, on: change.record.release.scheduler)
        do {
            try await carryOut(change, keeper)
        } catch {
            change.abandon()
            throw error
        }
        let now = Int(Date().timeIntervalSince1970)
        try RetireQueue(host.layout).add(change.record.rollout.superseded.map(\.id), of: app, due: now)
    }

    /// Removes the new instances; the ones before go on.
    private func withdraw(_ rollout: Rollout, _ app: App, _ keeper: (any InstanceRetiring)?) async {
        guard let keeper else { return }
        try? await keeper.withdraw(rollout, of: app, console: host.console)
        await goOnServing(app.live, with: keeper)
    }

    private func carryOut(_ change: Switch, _ keeper: (any InstanceRetiring)?) async throws {
        let record = change.record
        let old = App(name: app, live: record.before)
        // Told in the order of Dokku's docker-local (contract 2.5).
        await host.console.report(.step("Running post-deploy"))
        try await keeper?.promote(record.rollout, of: old, console: host.console)
        try change.commitInstances()
        let announcer = Announcer(host, app)
        guard keeper != nil else {
            try change.finish()
            if host.plugn != nil { try await announcer.announce(record.rollout, of: record.release) }
            return
        }
        try await announcer.announce(record.rollout, of: record.release)
        try change.finish()
    }

    /// The release serves whatever comes of this: what is left over now, `ps:retire` finds.
    /// - Returns: what went wrong with others' tasks after the deploy, which the person is told of as a failure.
    private func conclude(
        _ rollout: Rollout, _ deployment: Deployment, _ release: KeptRelease, _ move: Move, _ adapter: any Adapter
    ) async -> (any Error)? {
        var trouble: (any Error)?
        do {
            try await Announcer(host, app).conclude(release)
        } catch {
            trouble = error
        }
        if !move.manifest.isKeptByHost {
            do {
                try await Announcer(host, app).withdraw()
            } catch {
                await host.warn(of: error)
            }
        }
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
        return trouble
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
            try? await Announcer(host, app).announceAgain(now)
        }.value
    }
}
