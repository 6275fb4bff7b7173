/// How a process type is checked during a deploy.
public struct Checks: Codable, Sendable, Equatable {
    /// What `checks:disable` and `checks:skip` make of a process type.
    public enum Mode: String, Codable, Sendable {
        /// New instances are verified beside the old ones.
        case enabled
        /// New instances are started beside the old ones and taken as they are.
        case skipped
        /// Old instances are stopped before new ones start.
        case disabled
    }

    /// What the user chose for this type.
    public var mode: Mode
    /// The type's checks from `app.json`; empty for the default.
    public var healthchecks: [Healthcheck]
    /// The default when there are no startup checks: this many seconds without a restart.
    public var defaultUptime: Int

    /// Makes a set of checks.
    public init(mode: Mode = .enabled, healthchecks: [Healthcheck] = [], defaultUptime: Int = 10) {
        self.mode = mode
        self.healthchecks = healthchecks
        self.defaultUptime = defaultUptime
    }
}

/// One check of `app.json` (contract 3.10).
public struct Healthcheck: Codable, Sendable, Equatable {
    /// When a check counts.
    public enum Purpose: String, Codable, Sendable {
        /// Before the instance is taken for started.
        case startup
        /// Before the instance gets traffic.
        case readiness
        /// As long as it runs.
        case liveness
    }

    /// What is done to check.
    public enum Probe: Codable, Sendable, Equatable {
        /// Running these words inside the instance must succeed.
        case command(words: [String])
        /// `GET path` must answer with a status below 400, and with `content` in its body if that is given.
        case http(request: HTTPProbe)
        /// Something must accept connections.
        case listening
        /// The instance must run this many seconds without a restart.
        case uptime(seconds: Int)
    }

    /// A request to an instance.
    public struct HTTPProbe: Codable, Sendable, Equatable {
        /// The path, with its leading slash.
        public var path: String
        /// `http` or `https`.
        public var scheme: String
        /// What the body must contain; `nil` for anything.
        public var content: String?
        /// Headers to send.
        public var headers: [Header]

        /// A header to send.
        public struct Header: Codable, Sendable, Equatable {
            /// Its name.
            public var name: String
            /// Its value.
            public var value: String

            /// Makes a header.
            public init(name: String, value: String) {
                self.name = name
                self.value = value
            }
        }

        /// Makes a request.
        public init(path: String, scheme: String = "http", content: String? = nil, headers: [Header] = []) {
            self.path = path
            self.scheme = scheme
            self.content = content
            self.headers = headers
        }
    }

    /// What happens when the check has failed for good.
    public struct FailureHook: Codable, Sendable, Equatable {
        /// A program to run on the host.
        public var command: [String]
        /// An address to post the check's name and errors to.
        public var url: String?

        /// Makes a hook.
        public init(command: [String] = [], url: String? = nil) {
            self.command = command
            self.url = url
        }
    }

    /// What it is called in messages.
    public var name: String
    /// When it counts.
    public var purpose: Purpose
    /// What is done to check.
    public var probe: Probe
    /// The port to check, `nil` for the one the process listens on.
    public var port: Int?
    /// How often it is tried.
    public var attempts: Int
    /// Seconds one try may take.
    public var timeout: Int
    /// Seconds between two tries.
    public var wait: Int
    /// Seconds before the first try.
    public var initialDelay: Int
    /// Whether a failure is only told.
    public var isWarning: Bool
    /// What happens when it has failed for good.
    public var onFailure: FailureHook?

    /// Makes a check with Dokku's defaults. Times beyond a day become a day.
    public init(
        name: String, purpose: Purpose = .startup, probe: Probe, port: Int? = nil, attempts: Int = 3, timeout: Int = 5,
        wait: Int = 5, initialDelay: Int = 0, isWarning: Bool = false, onFailure: FailureHook? = nil
    ) {
        self.name = name
        self.purpose = purpose
        self.probe = probe
        self.port = port
        func seconds(_ number: Int, atLeast least: Int) -> Int { min(max(least, number), 86_400) }
        self.attempts = min(max(1, attempts), 1_000)
        self.timeout = seconds(timeout, atLeast: 1)
        self.wait = seconds(wait, atLeast: 0)
        self.initialDelay = seconds(initialDelay, atLeast: 0)
        self.isWarning = isWarning
        self.onFailure = onFailure
    }
}
