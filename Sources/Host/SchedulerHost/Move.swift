import AdapterKit
import DokkuIO

/// Where an app lives and where a deploy brings it.
struct Move: Sendable {
    let scheduler: String
    let manifest: Manifest
    /// Where the deploy goes; `nil` when the scheduler has but one place.
    let place: Place?
    let target: AdapterTarget
    /// What is to be removed once the deploy serves; `nil` when nothing is.
    let left: Leaving?
    /// What the scheduler called the place that the same settings led to the last time.
    let placeID: String?
    /// Where the app stays although the settings say otherwise: part of an app is not moved.
    let stays: Place?

    /// - Throws: ``AdapterError`` when a part of the app would go to another scheduler than the rest.
    init(_ host: Host, _ app: AppName, _ request: DeployPipeline.Request) throws {
        scheduler = try host.scheduler(of: app)
        manifest = try host.catalog.plugin(for: scheduler).manifest
        let next = try host.nextPlace(of: app, on: scheduler)
        let isPart = request.only != nil || request.keepsRunning
        let previous = try host.properties("linkspan").value("scheduler", .app(app)) ?? Self.unnoted(host, app)
        guard let previous else {
            (place, target, left, stays, placeID) = (next, .next, nil, nil, nil)
            return
        }
        let before = try Place.kept(app, host.layout)
        let home = Leaving(scheduler: previous, place: before)
        if previous != scheduler {
            let ranSomething = (try? host.catalog.plugin(for: previous).manifest.images) ?? .none != .none
            guard !isPart || !ranSomething else {
                throw AdapterError(
                    .conflict, "\(app) runs on the \(previous) scheduler: only all of it can move to \(scheduler)",
                    hint: "deploy \(app)")
            }
            (place, target, left, stays, placeID) = (next, .next, home, nil, nil)
        } else if let before, before.settings != next?.settings {
            (place, target, left, stays, placeID) =
                isPart ? (before, .live, nil, before, before.id) : (next, .next, home, nil, nil)
        } else {
            (place, target, left, stays, placeID) = (next, .next, nil, nil, before?.id)
        }
    }

    /// Containers that a Dokku has deployed before there were notes of ours.
    private static func unnoted(_ host: Host, _ app: AppName) throws -> String? {
        try LocalState(host.layout, app).isDeployed() ? "docker-local" : nil
    }
}
