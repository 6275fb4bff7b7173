import AdapterKit
import DokkuIO

/// Leads traffic to the release that serves. Without a Dokku that is the app's site, where nginx is its proxy; under a
/// Dokku it is what its plugins make of the triggers that a scheduler fires (contract 2.5, 3.12).
struct Announcer: Sendable {
    private let host: Host
    private let app: AppName

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Returns when traffic goes to the rollout's instances and to no others.
    /// - Parameter release: what they are instances of.
    func announce(_ rollout: Rollout, of release: KeptRelease) async throws {
        guard let plugn = host.plugn else { return try await publish(rollout.instances) }
        await host.console.settle()
        try await plugn.fire("core-post-deploy", Self.arguments(app, release))
    }

    /// Traffic goes where the records say, after a change that is no release.
    func announceAgain(_ instances: [Instance]) async throws {
        guard let plugn = host.plugn else { return try await publish(instances) }
        await host.console.settle()
        try await plugn.fire("proxy-build-config", [app.description])
    }

    /// The release has taken over: what others do then.
    func conclude(_ release: KeptRelease) async throws {
        await host.console.settle()
        try await host.plugn?.fire("post-deploy", Self.arguments(app, release))
    }

    /// The app is gone from this host: nothing leads to it any more.
    func withdraw() async throws {
        guard host.plugn == nil else { return }
        try await NginxSite(host, app).remove()
    }

    private func publish(_ instances: [Instance]) async throws {
        try await NginxSite(host, app).publish(
            instances.filter { $0.name.process == .web }, routes: try await host.reader(app).inputs.routes())
    }

    /// Port and address have been empty for years.
    private static func arguments(_ app: AppName, _ release: KeptRelease) -> [String] {
        [app.description, "", "", release.tag ?? release.image.tag ?? "latest"]
    }
}
