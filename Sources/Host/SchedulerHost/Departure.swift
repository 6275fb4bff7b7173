import AdapterKit
import DokkuIO

/// Leaves the places where an app lived before, once the new one serves.
struct Departure: Sendable {
    private let host: Host
    private let app: AppName

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Nothing of the app stays behind. The release serves whatever comes of this, so trouble is told and no error;
    /// what could not be left is left the next time.
    /// - Parameter before: the app as it was recorded before the move; as it is now if left out.
    func finish(_ before: App? = nil) async {
        do {
            let app = try before ?? host.reader(app).liveApp()
            for leaving in try Leaving.kept(self.app, host.layout) { await leave(leaving, app) }
        } catch {
            await host.warn(of: error)
        }
    }

    /// The app goes: so does what it left.
    func destroy() async throws {
        for leaving in try Leaving.kept(app, host.layout) { await leave(leaving, try host.reader(app).liveApp()) }
    }

    private func leave(_ leaving: Leaving, _ app: App) async {
        let name = leaving.place?.text ?? ""
        do {
            // Nobody answers to it any more: it is somebody else's to clean.
            guard host.catalog.schedulers.contains(leaving.scheduler) else {
                return try leaving.forget(self.app, host.layout)
            }
            let isMove = try host.properties("linkspan").value("scheduler", .app(self.app)) != leaving.scheduler
            let what = isMove || name.isEmpty ? "the \(leaving.scheduler) scheduler" : name
            let adapter = try host.adapter(
                scheduler: leaving.scheduler, app: self.app, leaving.place.map { .at($0) } ?? .live)
            do {
                var mustGo = isMove
                if !mustGo { mustGo = try await isElsewhere(leaving, adapter, app) }
                if mustGo {
                    await host.console.report(.step("Removing \(self.app) from \(what)"))
                    try await adapter.remove(app, console: host.console)
                }
                try leaving.forget(self.app, host.layout)
            } catch {
                await host.warn(of: error)
                await host.console.report(
                    .warning(
                        "What \(self.app) had on \(what) is still there: linkspan ps:retire \(self.app) tries again"))
            }
        } catch {
            await host.warn(of: error)
        }
    }

    /// Two names may lead to one place: what has just been deployed must not be removed under its other name.
    private func isElsewhere(_ leaving: Leaving, _ adapter: any Adapter, _ app: App) async throws -> Bool {
        let here = try Place.kept(self.app, host.layout)
        let ids = leaving.place?.id.flatMap { old in here?.id.map { (old: old, new: $0) } }
        if let ids, ids.old == ids.new { return false }
        let there = Set(try await adapter.status(of: app).states.map(\.id))
        let new = Set(
            try await host.adapter(scheduler: leaving.scheduler, app: self.app).status(of: app).states.map(\.id))
        // What names a place may have been made anew by hand: that all of the release is seen there counts for more.
        let isSeenThere = !new.isEmpty && new.isSubset(of: there)
        if ids != nil, !isSeenThere { return true }
        if ids == nil, isSeenThere { return false }
        if ids == nil, !new.isEmpty, !there.isEmpty, there.isDisjoint(with: new) { return true }
        await host.console.report(
            .warning(
                "\(self.app) was deployed to \(leaving.place?.text ?? leaving.scheduler) before: it cannot be told "
                    + "whether that is another place, so nothing is removed there"))
        return false
    }
}

extension Leaving {
    /// Whether both are one place by name.
    func isSame(as other: Leaving) -> Bool {
        scheduler == other.scheduler && place?.settings == other.place?.settings
    }
}
