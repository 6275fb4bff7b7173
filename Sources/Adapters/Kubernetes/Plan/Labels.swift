import AdapterKit

/// The labels by which objects are found again. Kubernetes' recommended ones say what an object is part of; the
/// selectors use our own, which nobody else sets.
enum Label {
    static let app = "linkspan.dev/app"
    static let process = "linkspan.dev/process"
    /// The release's fingerprint: see ``ReleaseName``.
    static let release = "linkspan.dev/release"
    /// Which host's state an object belongs to; left out where there is one host only.
    static let origin = "linkspan.dev/origin"
    /// `task` and `cron` on what runs once.
    static let role = "linkspan.dev/role"
    /// The name of a one-off task.
    static let task = "linkspan.dev/task"
    /// The storage entry that a claim belongs to.
    static let entry = "linkspan.dev/entry"
    /// Dokku's id of a cron task, hashed where it is too long for a label.
    static let cron = "linkspan.dev/cron"

    /// What every object of `app` carries.
    static func common(_ app: AppName, origin: String) -> [String: String] {
        var labels = [
            "app.kubernetes.io/managed-by": "linkspan", "app.kubernetes.io/part-of": Name.label(app.description),
            Self.app: Name.label(app.description),
        ]
        if !origin.isEmpty { labels[Self.origin] = origin }
        return labels
    }

    /// Selects every object of `app`, of this host's where there are several.
    static func selector(_ app: AppName, origin: String, _ more: [String: String] = [:]) -> String {
        var labels = more
        labels[Self.app] = Name.label(app.description)
        if !origin.isEmpty { labels[Self.origin] = origin }
        return labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
    }
}
