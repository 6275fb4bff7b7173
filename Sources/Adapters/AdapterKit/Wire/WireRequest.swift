import FoundationEssentials

/// What a program finds in the file that `ADAPTER_REQUEST` names: everything a call is about, as one JSON document.
///
/// Fields that a call does not need are left out. The file lies in a folder that only its owner can read, since it
/// holds the app's config.
public struct WireRequest: Codable, Sendable {
    /// The version of this document. A program refuses what it does not know.
    public static let currentVersion = 1

    /// ``currentVersion`` of who wrote it.
    public var version: Int
    /// The call, which is also the program's first argument.
    public var call: AdapterCall
    /// The adapter's settings.
    public var settings: Settings
    /// The declared environment variables that are set.
    public var variables: [String: String]
    /// ``AdapterContext/origin``
    public var origin: String
    /// How many times faster than real time waits are to pass; 1 outside of tests.
    public var speed: Double
    /// Whether each request to the backend is to be told on standard error.
    public var isVerbose: Bool
    /// When the call was made, in seconds since 1970.
    public var time: Int
    /// The person's terminal, where the call has one.
    public var terminal: TerminalSize?

    /// `deploy`, `plan`, `compare`
    public var deployment: Deployment?
    /// The app, for calls about one.
    public var app: App?
    /// `stop`
    public var removing: Bool?
    /// `logs`, `task-logs`
    public var query: LogQuery?
    /// `run`
    public var task: OneOffTask?
    /// `storage-exec`
    public var storageTask: StorageTask?
    /// `storage-destroy`
    public var storageEntry: StorageEntry?
    /// `keep-cron`
    public var cron: [CronTask]?
    /// `task-logs`, `stop-tasks`
    public var taskName: String?
    /// `enter`
    public var session: Session?
    /// `promote`, `withdraw`
    public var rollout: Rollout?
    /// `resume`, `located`
    public var instances: [Instance]?
    /// `dismiss`, `retire`; what `leftovers` is to leave out
    public var ids: [String]?
    /// `retire`
    public var stopTimeout: Int?
    /// `take-lock`, `renew-lock`, `release-lock`
    public var lock: HeldLock?
    /// `take-lock`
    public var outdatedLock: HeldLock?
    /// `check`
    public var checkup: Checkup?

    /// Makes a request without arguments.
    public init(_ call: AdapterCall, settings: Settings, variables: [String: String], origin: String, time: Int) {
        version = Self.currentVersion
        self.call = call
        self.settings = settings
        self.variables = variables
        self.origin = origin
        speed = 1
        isVerbose = false
        self.time = time
    }

    /// The document.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// Reads a document.
    /// - Throws: ``AdapterError`` when it is none, or of another version.
    public init(decoding bytes: [UInt8]) throws {
        struct Head: Decodable { var version: Int }
        guard let head = try? JSONDecoder().decode(Head.self, from: Data(bytes)) else {
            throw AdapterError(.unexpectedReply, "the request is no document of the adapter protocol")
        }
        guard head.version == Self.currentVersion else {
            throw AdapterError(
                .unsupported, "the request has version \(head.version), this adapter knows \(Self.currentVersion)")
        }
        self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    }
}
