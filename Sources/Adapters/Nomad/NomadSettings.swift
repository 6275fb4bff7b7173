import AdapterKit

/// The properties of plugin `scheduler-nomad`.
struct NomadSettings: Sendable, Equatable {
    /// The mark of this host's jobs; empty when all of an app's jobs are ours.
    var origin: String
    /// Where the servers are.
    var access: AccessSettings
    /// Seconds that a whole rollout may take.
    var deployTimeout: Int
    /// Seconds in which another allocation must become healthy.
    var progressDeadline: Int
    /// Seconds that one allocation may take from its placement to being healthy.
    var healthyDeadline: Int
    /// Where an app's config is kept.
    var configStore: ConfigStoreKind
    /// The settings that only change how jobs look.
    var jobs: JobSettings

    /// Where an app's config is kept.
    enum ConfigStoreKind: String, Sendable, CaseIterable {
        /// In a Nomad Variable, where the servers have such.
        case auto
        case variables
        /// In the job, for everybody who may read it.
        case job
    }

    static let variables = AccessSettings.variables

    static let declarations =
        AccessSettings.declarations
        + [
            SettingDeclaration(
                "deploy-timeout", default: "900", summary: "seconds that a whole rollout may take"),
            .lockWait,
            SettingDeclaration(
                "progress-deadline", default: "600",
                summary: "seconds in which another allocation must become healthy"),
            SettingDeclaration(
                "healthy-deadline", default: "300",
                summary: "seconds that one allocation may take from its placement to being healthy"),
            SettingDeclaration(
                "config-store", default: "auto",
                summary: "where config is kept: variables (Nomad 1.4), job, or auto for what the servers can"),
        ] + JobSettings.declarations + PlacementSettings.declarations + JobMetadataSettings.declarations

    init(_ settings: Settings, origin: String = "") throws {
        self.origin = origin
        access = try AccessSettings(settings)
        deployTimeout = try settings.number("deploy-timeout", atLeast: 1, default: 900)
        progressDeadline = try settings.number("progress-deadline", atLeast: 1, default: 600)
        healthyDeadline = try settings.number("healthy-deadline", atLeast: 1, default: 300)
        configStore = try settings.choice("config-store", default: .auto)
        jobs = try JobSettings(settings)
    }
}
