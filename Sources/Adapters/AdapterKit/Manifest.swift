/// What an adapter says of itself. The host goes by this, not by Swift conformances: an adapter may be a program.
public struct Manifest: Codable, Sendable, Equatable {
    /// The name an app selects with `scheduler:set APP selected NAME`.
    public var scheduler: String
    /// The roles it answers.
    public var capabilities: Set<Capability>
    /// Where the scheduler takes images from.
    public var images: ImageSource
    /// Who runs an app's cron tasks.
    public var cron: CronHome

    /// Makes a manifest; nothing is checked.
    public init(scheduler: String, capabilities: Set<Capability>, images: ImageSource, cron: CronHome) {
        self.scheduler = scheduler
        self.capabilities = capabilities
        self.images = images
        self.cron = cron
    }
}

/// A role beyond the five required calls.
public enum Capability: String, Codable, Sendable, CaseIterable, Comparable {
    /// ``TaskRunning``
    case run
    /// ``SessionOpening``
    case enter
    /// ``InstanceRetiring``
    case retire
    /// ``Inspecting``
    case inspect
    /// ``Planning``
    case plan
    /// ``CronKeeping``
    case cron
    /// ``StorageExecuting``
    case storage
    /// ``Examining``
    case doctor
    /// ``Comparing``
    case diff
    /// ``NodeListing``
    case nodes
    /// ``DeployLocking``
    case lock
    /// ``InstanceChecking``
    case check

    /// By name.
    public static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// Where a scheduler takes images from.
public enum ImageSource: String, Codable, Sendable {
    /// The Docker Engine of the Dokku host.
    case localEngine
    /// A registry: images are pushed before a deploy.
    case registry
    /// Nowhere; it runs nothing.
    case none
}

/// Who runs an app's cron tasks.
public enum CronHome: String, Codable, Sendable {
    /// The host's crontab.
    case host
    /// The scheduler itself.
    case scheduler
    /// Nobody.
    case none
}
