import AdapterKit

/// The properties of plugin `scheduler-docker-local` (contract 4.8).
struct DockerLocalSettings: Sendable, Equatable {
    /// Whether containers get an init process; images of linuxserver.io never do, they bring their own.
    var usesInit: Bool
    /// How many process types are started at a time.
    var parallelScheduleCount: Int
    /// The mark of this host's containers; empty when all of an app's containers are ours.
    var origin: String

    static let declarations = [
        SettingDeclaration(
            "init-process", default: "true", summary: "whether containers get an init process that reaps zombies"),
        SettingDeclaration(
            "parallel-schedule-count", default: "1", summary: "how many process types are deployed at the same time"),
    ]

    init(_ settings: Settings, origin: String = "") throws {
        self.origin = origin
        usesInit = try settings.flag("init-process", default: true)
        parallelScheduleCount = try settings.number("parallel-schedule-count", atLeast: 1, default: 1)
    }
}
