import AdapterKit

/// The labels by which Dokku and its other plugins know containers (contract 2.9).
enum Label {
    static let dokku = "dokku"
    static let app = "com.dokku.app-name"
    static let containerType = "com.dokku.container-type"
    static let processType = "com.dokku.process-type"
    static let dyno = "com.dokku.dyno"
    static let cronID = "com.dokku.cron-id"
    static let concurrencyPolicy = "com.dokku.concurrency-policy"
    static let activeDeadline = "com.dokku.active-deadline-seconds"
    /// Which deploy made the container, so that a failed one removes exactly its own.
    static let deployment = "com.dokku.deployment-id"

    /// Other names of the image, a JSON array, as Dokku's builders leave them.
    static let alternateTags = "com.dokku.docker-image-labeler/alternate-tags"
    /// The storage entry beside which a command runs, for which no app's containers are looked through.
    static let storageEntry = "com.dokku.storage-entry"

    /// Whose state knows the container, where several use one engine.
    static let origin = "com.dokku.deployment-origin"

    /// What `DOKKU_GLOBAL_RUN_ARGS` puts on each deployed container.
    static let common = [
        dokku: "", "org.label-schema.schema-version": "1.0", "org.label-schema.vendor": "dokku",
    ]

    enum ContainerType: String {
        case deploy, run, cron
    }
}

/// The names that Dokku gives to containers.
enum ContainerName {
    static func live(_ app: AppName, _ name: InstanceName) -> String { "\(app).\(name)" }

    static func upcoming(_ app: AppName, _ name: InstanceName, _ deployment: DeploymentID) -> String {
        "\(app).\(name).upcoming-\(deployment)"
    }

    static func task(_ app: AppName, _ type: Label.ContainerType, _ number: Int) -> String {
        "\(app).\(type.rawValue).\(number)"
    }

    /// Whether `name` is a live one's with a number behind it, as a superseded container has it.
    static func isSuperseded(_ name: String, of app: AppName) -> Bool {
        guard name.hasPrefix("\(app).") else { return false }
        let parts = name.dropFirst(app.description.count + 1).split(separator: ".")
        return parts.count == 3 && Int(parts[1]) != nil && Int(parts[2]) != nil
    }
}
