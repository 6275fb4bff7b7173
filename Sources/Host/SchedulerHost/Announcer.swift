import AdapterKit
import DokkuIO

/// Leads traffic to the release that serves: the app's site, where nginx is its proxy.
struct Announcer: Sendable {
    private let host: Host
    private let app: AppName

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// Returns when traffic goes to the rollout's instances and to no others.
    func announce(_ rollout: Rollout) async throws {
        try await NginxSite(host, app).publish(
            rollout.instances.filter { $0.name.process == .web }, routes: try host.reader(app).routes())
    }

    /// The app is gone: nothing leads to it any more.
    func withdraw() async throws {
        try await NginxSite(host, app).remove()
    }
}
