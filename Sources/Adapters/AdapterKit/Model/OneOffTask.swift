/// One run of a command with a release's image and config (`run`, `run:detached`, a cron task).
public struct OneOffTask: Codable, Sendable, Equatable {
    /// What happens when a task of the same cron entry still runs.
    public enum Concurrency: String, Codable, Sendable, CaseIterable {
        /// Run both.
        case allow
        /// Do not start.
        case forbid
        /// Stop the older one.
        case replace
    }

    /// The app.
    public var app: App
    /// The image of the release that serves.
    public var image: ReleaseImage
    /// The logins to pull the image with, where the scheduler takes it from a registry. They are secrets.
    public var pullCredentials: [RegistryCredential]
    /// What to run; empty for a shell.
    public var command: [String]
    /// Whether ``command`` came out of the Procfile, and as which type.
    public var process: ProcessType?
    /// The shell that an empty command means; `nil` for the best one the image has.
    public var shell: String?
    /// The app's config, `-e` pairs merged in. Values are secrets.
    public var environment: [String: String]
    /// Storage.
    public var mounts: [Mount]
    /// Networks to join.
    public var networks: Networks
    /// Limits and reservations.
    public var resources: Resources
    /// Options by the user for the container engine, run phase, as single words.
    public var dockerOptions: [String]
    /// Labels given with `--label`.
    public var labels: [String: String]
    /// Whether the caller does not wait for it.
    public var isDetached: Bool
    /// Whether the task gets a terminal.
    public var hasTerminal: Bool
    /// Seconds after which it is stopped by ``TaskRunning/retireTasks(of:console:)``.
    public var timeToLive: Int
    /// The cron entry it belongs to.
    public var cronID: String?
    /// What happens when one of the same cron entry still runs.
    public var concurrency: Concurrency
    /// A number that tells this task's name from others'.
    public var number: Int
    /// Whether the workload is told to be talkative (`TRACE=true`).
    public var isTraced: Bool

    /// Makes a task.
    public init(
        app: App, image: ReleaseImage, command: [String], process: ProcessType? = nil, shell: String? = nil,
        environment: [String: String] = [:], mounts: [Mount] = [], networks: Networks = Networks(),
        resources: Resources = Resources(), dockerOptions: [String] = [], labels: [String: String] = [:],
        isDetached: Bool = false, hasTerminal: Bool = false, timeToLive: Int = 86_400, cronID: String? = nil,
        concurrency: Concurrency = .allow, number: Int, isTraced: Bool = false,
        pullCredentials: [RegistryCredential] = []
    ) {
        self.app = app
        self.image = image
        self.pullCredentials = pullCredentials
        self.command = command
        self.process = process
        self.shell = shell
        self.environment = environment
        self.mounts = mounts
        self.networks = networks
        self.resources = resources
        self.dockerOptions = dockerOptions
        self.labels = labels
        self.isDetached = isDetached
        self.hasTerminal = hasTerminal
        self.timeToLive = max(1, timeToLive)
        self.cronID = cronID
        self.concurrency = concurrency
        self.number = number
        self.isTraced = isTraced
    }
}

/// A task that exists.
public struct TaskRecord: Codable, Sendable, Equatable {
    /// Its name, as `run:logs` and `run:stop` take it.
    public var name: String
    /// The backend's word, such as `running`.
    public var state: String
    /// The words it runs, joined by blanks.
    public var command: String
    /// Seconds since 1970.
    public var created: Int

    /// Makes a record.
    public init(name: String, state: String, command: String, created: Int) {
        self.name = name
        self.state = state
        self.command = command
        self.created = created
    }

    /// Decodes a record, of which only `name` is required.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            name: try fields.decode(String.self, forKey: .name),
            state: try fields.decodeIfPresent(String.self, forKey: .state) ?? "",
            command: try fields.decodeIfPresent(String.self, forKey: .command) ?? "",
            created: try fields.decodeIfPresent(Int.self, forKey: .created) ?? 0)
    }
}

/// A command in a running instance (`enter`).
public struct Session: Codable, Sendable, Equatable {
    /// Which instance.
    public enum Target: Codable, Sendable, Equatable {
        /// The only process type there is.
        case any
        /// The first instance of a type.
        case process(type: ProcessType)
        /// That instance.
        case instance(name: InstanceName)
        /// The instance whose id begins so.
        case id(prefix: String)
    }

    /// The app.
    public var app: App
    /// Which instance.
    public var target: Target
    /// What to run; empty for a shell.
    public var command: [String]
    /// The shell that an empty command means; `nil` for the best one the image has.
    public var shell: String?
    /// Whether the command gets a terminal.
    public var hasTerminal: Bool
    /// The user that the buildpack images of this host run as; tells them from other images.
    public var buildpackUser: String

    /// Makes a session.
    public init(
        app: App, target: Target, command: [String], shell: String? = nil, hasTerminal: Bool,
        buildpackUser: String = "herokuishuser"
    ) {
        self.app = app
        self.target = target
        self.command = command
        self.shell = shell
        self.hasTerminal = hasTerminal
        self.buildpackUser = buildpackUser
    }
}

/// A periodic task of `app.json`.
public struct CronTask: Codable, Sendable, Equatable {
    /// Dokku's id: base 36 of app, command and schedule (contract 2.16).
    public var id: String
    /// Five fields or a word such as `@daily`.
    public var schedule: String
    /// The command as written.
    public var command: String
    /// The command as words.
    public var words: [String]
    /// Whether it is held back.
    public var isInMaintenance: Bool
    /// What happens when its last run still runs.
    public var concurrency: OneOffTask.Concurrency

    /// Makes a task; without `words`, blanks divide the command into them.
    public init(
        id: String, schedule: String, command: String, words: [String]? = nil, isInMaintenance: Bool = false,
        concurrency: OneOffTask.Concurrency = .allow
    ) {
        self.id = id
        self.schedule = schedule
        self.command = command
        self.words = words ?? command.split(separator: " ").map(String.init)
        self.isInMaintenance = isInMaintenance
        self.concurrency = concurrency
    }

    /// Decodes a task, of which `id`, `schedule` and `command` are required.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try fields.decode(String.self, forKey: .id),
            schedule: try fields.decode(String.self, forKey: .schedule),
            command: try fields.decode(String.self, forKey: .command),
            words: try fields.decodeIfPresent([String].self, forKey: .words),
            isInMaintenance: try fields.decodeIfPresent(Bool.self, forKey: .isInMaintenance) ?? false,
            concurrency: try fields.decodeIfPresent(OneOffTask.Concurrency.self, forKey: .concurrency) ?? .allow)
    }
}

/// A command with a storage entry in sight.
public struct StorageTask: Codable, Sendable, Equatable {
    /// The storage.
    public var entry: StorageEntry
    /// The image to run.
    public var image: ImageReference
    /// What to run; empty for a shell.
    public var command: [String]
    /// The user to run as; `nil` for the image's.
    public var user: String?
    /// Whether the command gets a terminal.
    public var hasTerminal: Bool
    /// A number that tells this task's name from others'.
    public var number: Int

    /// Makes a task.
    public init(
        entry: StorageEntry, image: ImageReference, command: [String], user: String? = nil, hasTerminal: Bool,
        number: Int
    ) {
        self.entry = entry
        self.image = image
        self.command = command
        self.user = user
        self.hasTerminal = hasTerminal
        self.number = number
    }
}
