import AdapterKit
import DokkuIO

/// Triggers of a release that Dokku's docker-local answers beside a scheduler's work (contract 2.2, 2.6). Dokku calls
/// them for all apps; those of other schedulers are left alone.
package enum LocalTrigger: String, Sendable, CaseIterable {
    /// The source is there, and nothing is built yet.
    case extracted = "core-post-extract"
    /// The release image is there.
    case released = "post-release-builder"
    /// A release has taken over.
    case deployed = "core-post-deploy"

    /// - Parameter plugin: the plugin whose file was called.
    package init?(_ name: String, of plugin: String?) {
        guard plugin == "scheduler-docker-local", let trigger = LocalTrigger(rawValue: name) else { return nil }
        self = trigger
    }

    /// - Parameter arguments: what Dokku gives; missing ones are empty, further ones ignored.
    package func answer(_ arguments: [String], on host: Host) async throws {
        func argument(_ index: Int) -> String { index < arguments.count ? arguments[index] : "" }
        let app = try AppName(argument(self == .released ? 1 : 0))
        guard try host.scheduler(of: app) == "docker-local" else { return }
        let file = ChecksFile(host.layout, app, command: host.variables.commandID)
        switch self {
        case .extracted:
            guard !argument(1).isEmpty, !host.variables.commandID.isEmpty else { return }
            try file.extract(from: argument(1))
        case .deployed: try file.commit()
        case .released: try await tell(of: app, on: host)
        }
    }

    /// What a deploy will be checked by, in Dokku's words.
    private func tell(of app: AppName, on host: Host) async throws {
        await host.console.line("=====> Processing deployment checks")
        let text = try await host.plugn?.ask("app-json-get-content", app.description) ?? ""
        let content = text.isEmpty ? AppJSON() : try AppJSON(Array(text.utf8), file: "app.json")
        guard content.healthchecks[.web]?.isEmpty != false else { return }
        let guide =
            host.environment["DOKKU_CHECKS_URL"] ?? "https://dokku.com/docs/deployment/zero-downtime-deploys/"
        await host.console.showError(" !     No healthchecks found in app.json for web process type")
        await host.console.line(
            "       No web healthchecks found in app.json. Simple container checks will be performed.")
        await host.console.line(
            "       For more efficient zero downtime deployments, add healthchecks to your app.json. See \(guide) "
                + "for examples")
    }
}
