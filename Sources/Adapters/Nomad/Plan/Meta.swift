import AdapterKit

/// The meta by which jobs and groups are found again. What changes with a release stands in the groups': a change to a
/// job's meta would replace the allocations of all of its groups.
enum Meta {
    /// Of a job: the app that it belongs to.
    static let app = "linkspan_app"
    /// Of a job: which host's state it belongs to; left out where there is one host only.
    static let origin = "linkspan_origin"
    /// Of a group: the release that it runs, see ``ReleaseName``.
    static let release = "linkspan_release"
    /// Of a group: the deploy that made it what it is.
    static let deployment = "linkspan_deployment"
    /// Of a group: its process type.
    static let process = "linkspan_process"
    /// Of a group: who built the image, which decides how a shell in it is opened.
    static let imageKind = "linkspan_image_kind"
    /// Of a job: ``Role`` of what runs once.
    static let role = "linkspan_role"
    /// Of a one-off or periodic job: what it runs, as it was written.
    static let command = "linkspan_command"
    /// Of a one-off job: the seconds after which it is stopped.
    static let timeToLive = "linkspan_ttl"
    /// Of a one-off or periodic job: Dokku's id of the cron task.
    static let cron = "linkspan_cron"

    /// What a job is that is not the app's own.
    enum Role: String, Sendable, CaseIterable {
        /// A one-off task.
        case task
        /// A periodic job, or a one-off run of one.
        case cron

        /// As it stands in the job's id.
        var noun: String { self == .task ? "run" : "cron" }
    }

    /// What every job of `app` carries.
    static func common(_ app: AppName, origin: String) -> [String: String] {
        var meta = [Self.app: app.description]
        if !origin.isEmpty { meta[Self.origin] = origin }
        return meta
    }

    /// Whether a job with this meta is `app`'s, and this host's.
    static func isOurs(_ meta: [String: String], _ app: AppName, origin: String) -> Bool {
        meta[Self.app] == app.description && (meta[Self.origin] ?? "") == origin
    }
}

/// The labels of containers, for those who look at a node's engine.
enum Label {
    static let app = "com.dokku.app-name"
    static let process = "com.dokku.process-type"

    /// - Parameter release: `nil` for what runs once.
    static func all(_ app: AppName, process: String, release: ReleaseName?, origin: String) -> [String: String] {
        var labels = [
            Self.app: app.description, Self.process: process, "linkspan.dev/app": app.description,
            "linkspan.dev/process": process,
        ]
        if let release { labels["linkspan.dev/release"] = release.description }
        if !origin.isEmpty { labels["linkspan.dev/origin"] = origin }
        return labels
    }
}

/// What a group runs, as a name: the fingerprint of its content and, after a restart, the deploy that asked for it.
struct ReleaseName: Sendable, Hashable, CustomStringConvertible {
    let content: Fingerprint
    let restart: String?

    init(_ content: Fingerprint, restart: DeploymentID? = nil) {
        self.content = content
        self.restart = restart?.description
    }

    /// Takes a name apart; `nil` for none.
    init?(_ text: String?) {
        guard let text, !text.isEmpty else { return nil }
        let parts = text.split(separator: "-", maxSplits: 1).map(String.init)
        content = Fingerprint(named: parts[0])
        restart = parts.count == 2 ? parts[1] : nil
    }

    var description: String { content.description + (restart.map { "-" + $0 } ?? "") }
}
