/// What the host registers: a manifest, the settings it understands, and how to make the adapter.
public struct AdapterPlugin: Sendable {
    /// What the adapter says of itself.
    public let manifest: Manifest
    /// The adapter's settings, one entry a key.
    public let settings: [SettingDeclaration]
    /// The environment variables that ``AdapterContext/variables`` may hold. All others are kept from the adapter.
    public let variables: [String]
    /// Makes the adapter. Throws ``AdapterError`` with code `invalidSettings` when the context cannot be used.
    /// Opens no connection yet.
    public let make: @Sendable (AdapterContext) throws -> any Adapter

    /// Makes a plugin; nothing is checked.
    public init(
        manifest: Manifest, settings: [SettingDeclaration] = [], variables: [String] = [],
        make: @escaping @Sendable (AdapterContext) throws -> any Adapter
    ) {
        self.manifest = manifest
        self.settings = settings
        self.variables = variables
        self.make = make
    }
}

/// All that an adapter may know of the machine it runs on. It reads no file and no variable by itself.
public struct AdapterContext: Sendable {
    /// The adapter's own settings, resolved for one app.
    public var settings: Settings
    /// The declared environment variables that are set.
    public var variables: [String: String]
    /// Tells this host's state from that of others who use the same backend; empty when there are none. What carries
    /// another's mark is not ours to touch.
    public var origin: String
    /// Reads a file that a setting or variable names. Throws ``AdapterError`` with code `invalidSettings` when there
    /// is none.
    public var readFile: @Sendable (String) throws -> [UInt8]
    /// The names of what lies in a folder that a setting or variable names, sorted. Throws ``AdapterError`` with code
    /// `invalidSettings` when there is none.
    public var listFolder: @Sendable (String) throws -> [String]
    /// Runs a program on the host and waits for it; the result is its exit status.
    public var runOnHost: @Sendable (_ words: [String]) async throws -> ExitStatus
    /// Runs a program on the host, with variables beside the host's own and nothing to read, and gathers what it
    /// writes.
    /// - Throws: ``AdapterError`` with code `hostTrouble` when it cannot be started.
    public var outputOnHost: @Sendable (_ words: [String], _ variables: [String: String]) async throws -> ProgramOutput
    /// Seconds since 1970.
    public var now: @Sendable () -> Int
    /// What waits are measured with: between a check's attempts, for an uptime, before a retry. Limits on how long
    /// something may take are not. A test or the conformance kit gives one that runs faster.
    public var clock: any Clock<Duration>
    /// Takes one line for each request to the backend; `nil` unless asked for.
    public var trace: (@Sendable (String) -> Void)?
    /// Is told of what happens to containers of this host's engine, before work goes on: others on the host may have
    /// something to add. What it throws ends the work. Schedulers elsewhere have nothing to tell.
    public var tell: @Sendable (ContainerEvent) async throws -> Void = { _ in }

    /// Makes a context.
    public init(
        settings: Settings, variables: [String: String], origin: String = "",
        readFile: @escaping @Sendable (String) throws -> [UInt8],
        listFolder: @escaping @Sendable (String) throws -> [String] = { path in
            throw AdapterError(.invalidSettings, "there is no folder \(path)")
        },
        runOnHost: @escaping @Sendable ([String]) async throws -> ExitStatus,
        outputOnHost: @escaping @Sendable ([String], [String: String]) async throws -> ProgramOutput = { words, _ in
            throw AdapterError(.hostTrouble, "\(words.first ?? "") could not be run: no programs are run here")
        },
        now: @escaping @Sendable () -> Int, clock: any Clock<Duration> = ContinuousClock(),
        trace: (@Sendable (String) -> Void)? = nil
    ) {
        self.settings = settings
        self.variables = variables
        self.origin = origin
        self.readFile = readFile
        self.listFolder = listFolder
        self.runOnHost = runOnHost
        self.outputOnHost = outputOnHost
        self.now = now
        self.clock = clock
        self.trace = trace
    }
}

/// What happened to a container of this host's engine.
public enum ContainerEvent: Sendable, Equatable {
    /// It was made and is not started yet.
    /// - Parameter process: the process type that it is an instance of; `nil` for a one-off task.
    case made(id: String, app: AppName, process: ProcessType?)
    /// All instances of a process type are up and verified.
    case serves(process: ProcessType, app: AppName)
    /// A one-off task that was waited for has ended.
    case ended(id: String, app: AppName, status: ExitStatus)
}

/// What a program of the host left.
public struct ProgramOutput: Sendable, Equatable {
    /// How it ended.
    public var status: ExitStatus
    /// Its standard output.
    public var output: [UInt8]
    /// What it said to people: its standard error.
    public var complaint: String

    /// Makes an output.
    public init(status: ExitStatus, output: [UInt8] = [], complaint: String = "") {
        self.status = status
        self.output = output
        self.complaint = complaint
    }
}
