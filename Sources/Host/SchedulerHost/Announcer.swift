import AdapterKit
import DokkuIO

/// What happens when a verified release becomes the one that serves: Dokku's `core-post-deploy` and `post-deploy`.
/// Without a Dokku, the app's proxy site and crontab.
struct Announcer: Sendable {
    private let host: Host
    private let app: AppName

    init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    func announce(_ deployment: Deployment, _ rollout: Rollout, scheduler: String) async throws {
        try await proxy(rollout, routes: deployment.routes)
    }

    /// For a switch that was interrupted: what is read is what is kept.
    func announceAgain(_ rollout: Rollout) async throws {
        try await proxy(rollout, routes: try host.reader(app).routes())
    }

    /// The app is gone: nothing leads to it any more.
    func withdraw() async throws {
        guard let site = try NginxSite(host, app) else { return }
        try await site.remove()
    }

    private func proxy(_ rollout: Rollout, routes: Routes) async throws {
        guard let site = try NginxSite(host, app) else { return }
        try await site.publish(rollout.instances.filter { $0.name.process == .web }, routes: routes)
    }
}
