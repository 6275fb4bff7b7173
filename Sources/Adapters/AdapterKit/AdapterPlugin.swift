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
    /// Reads a file that a setting or variable names.
    public var readFile: @Sendable (String) throws -> [UInt8]
    /// Runs a program on the host and waits for it; the result is its exit status.
    public var runOnHost: @Sendable (_ words: [String]) async throws -> ExitStatus
    /// Seconds since 1970.
    public var now: @Sendable () -> Int
    /// What waits are measured with: between a check's attempts, for an uptime, before a retry. Limits on how long
    /// something may take are not. A test or the conformance kit gives one that runs faster.
    public var clock: any Clock<Duration>
    /// Takes one line for each request to the backend; `nil` unless asked for.
    public var trace: (@Sendable (String) -> Void)?

    /// Makes a context.
    public init(
        settings: Settings, variables: [String: String], origin: String = "",
        readFile: @escaping @Sendable (String) throws -> [UInt8],
        runOnHost: @escaping @Sendable ([String]) async throws -> ExitStatus,
        now: @escaping @Sendable () -> Int, clock: any Clock<Duration> = ContinuousClock(),
        trace: (@Sendable (String) -> Void)? = nil
    ) {
        self.settings = settings
        self.variables = variables
        self.origin = origin
        self.readFile = readFile
        self.runOnHost = runOnHost
        self.now = now
        self.clock = clock
        self.trace = trace
    }
}
