/// How a task of an allocation fares.
struct TaskState: Sendable, Equatable, Decodable {
    /// `pending`, `running` or `dead`.
    var State: String
    var Failed: Bool?
    var Restarts: Int?
    /// RFC 3339; `nil` before its first start.
    var StartedAt: String?
    var FinishedAt: String?
    /// Oldest first, the last ten.
    var Events: [TaskEvent]?

    /// Whether it has run at all: what has not has no log yet. Some versions write the year 1 for never.
    var hasStarted: Bool { StartedAt.map { !$0.hasPrefix("0001-") } ?? false }
    var events: [TaskEvent] { Events ?? [] }
    /// What it left with when it ended last.
    var lastEnd: TaskEvent? { events.last { $0.`Type` == "Terminated" } }
}

/// Something that happened to a task.
struct TaskEvent: Sendable, Equatable, Decodable {
    /// Such as `Started`, `Terminated`, `Driver Failure`.
    var `Type`: String
    /// Nanoseconds since 1970.
    var Time: Int
    var DisplayMessage: String?
    var Message: String?
    /// What there is to say beyond the message, such as `oom_killed`.
    var Details: [String: String]?
    var ExitCode: Int?
    var Signal: Int?
    var DriverError: String?
    var DriverMessage: String?
    var DownloadError: String?
    var SetupError: String?
    var ValidationError: String?
    var VaultError: String?
    var KillError: String?
    var KillReason: String?
    var RestartReason: String?
    var TaskSignalReason: String?
    var FailsTask: Bool?
}
