/// One release of one app, whole: everything an adapter could ask about it, read once.
public struct Deployment: Codable, Sendable, Equatable {
    /// The app and what of it is live.
    public var app: App
    /// Unlike any other deploy's.
    public var id: DeploymentID
    /// The image of the release.
    public var image: ReleaseImage
    /// All process types of the formation in the order of ``ProcessType``, those scaled to nothing included.
    public var processes: [AppProcess]
    /// The app's config. Values are secrets.
    public var environment: [String: String]
    /// Domains and port maps.
    public var routes: Routes
    /// Storage.
    public var mounts: [Mount]
    /// Networks to join.
    public var networks: Networks
    /// When a stopped instance is started again.
    public var restartPolicy: RestartPolicy
    /// How long superseded instances keep running, in seconds.
    public var waitToRetire: Int
    /// The one process type to deploy; `nil` for all.
    public var only: ProcessType?
    /// Whether instances that run already are kept, and only missing ones are made: nothing but the scale has changed.
    public var keepsRunning: Bool
    /// Options by the user for the container engine, deploy phase, for all process types, as single words.
    public var dockerOptions: [String]
    /// Whether the workload is told to be talkative (`TRACE=true`).
    public var isTraced: Bool
    /// Whether the person asked for a restart: instances are replaced even if nothing about the release has changed.
    public var isRestart: Bool
    /// Periodic tasks, for schedulers that run them themselves.
    public var cron: [CronTask]
    /// The certificate that the user imported for the app's domains.
    public var certificate: Certificate?
    /// How the scheduler may pull the image, one entry a registry. Passwords are secrets.
    public var pullCredentials: [RegistryCredential]
    /// The token of the ``Comparison`` that the person agreed to: the deploy refuses when the backend has moved on
    /// since; `nil` for none.
    public var agreedState: String?
    /// Earlier releases that can be gone back to, the last one first.
    public var keeps: [RetainedRelease]

    /// Makes a deployment.
    public init(
        app: App, id: DeploymentID, image: ReleaseImage, processes: [AppProcess], environment: [String: String] = [:],
        routes: Routes = Routes(), mounts: [Mount] = [], networks: Networks = Networks(),
        restartPolicy: RestartPolicy = .standard, waitToRetire: Int = 60, only: ProcessType? = nil,
        keepsRunning: Bool = false, dockerOptions: [String] = [], isTraced: Bool = false, isRestart: Bool = false,
        cron: [CronTask] = [], certificate: Certificate? = nil, pullCredentials: [RegistryCredential] = [],
        agreedState: String? = nil, keeps: [RetainedRelease] = []
    ) {
        self.app = app
        self.id = id
        self.image = image
        self.processes = processes.sorted { $0.type < $1.type }
        self.environment = environment
        self.routes = routes
        self.mounts = mounts
        self.networks = networks
        self.restartPolicy = restartPolicy
        self.waitToRetire = waitToRetire
        self.only = only
        self.keepsRunning = keepsRunning
        self.dockerOptions = dockerOptions
        self.isTraced = isTraced
        self.isRestart = isRestart
        self.cron = cron
        self.certificate = certificate
        self.pullCredentials = pullCredentials
        self.agreedState = agreedState
        self.keeps = keeps
    }

    /// Decodes a deployment, of which `app`, `id`, `image` and `processes` are required.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func optional<Value: Decodable>(_ key: CodingKeys, _ fallback: Value) throws -> Value {
            try fields.decodeIfPresent(Value.self, forKey: key) ?? fallback
        }
        self.init(
            app: try fields.decode(App.self, forKey: .app), id: try fields.decode(DeploymentID.self, forKey: .id),
            image: try fields.decode(ReleaseImage.self, forKey: .image),
            processes: try fields.decode([AppProcess].self, forKey: .processes),
            environment: try optional(.environment, [:]), routes: try optional(.routes, Routes()),
            mounts: try optional(.mounts, []), networks: try optional(.networks, Networks()),
            restartPolicy: try optional(.restartPolicy, .standard), waitToRetire: try optional(.waitToRetire, 60),
            only: try fields.decodeIfPresent(ProcessType.self, forKey: .only),
            keepsRunning: try optional(.keepsRunning, false), dockerOptions: try optional(.dockerOptions, []),
            isTraced: try optional(.isTraced, false), isRestart: try optional(.isRestart, false),
            cron: try optional(.cron, []),
            certificate: try fields.decodeIfPresent(Certificate.self, forKey: .certificate),
            pullCredentials: try optional(.pullCredentials, []),
            agreedState: try fields.decodeIfPresent(String.self, forKey: .agreedState),
            keeps: try optional(.keeps, []))
    }

    /// The processes this deploy is about.
    public var affectedProcesses: [AppProcess] {
        processes.filter { only == nil || $0.type == only }
    }
}

/// Networks of the container engine by name.
public struct Networks: Codable, Sendable, Equatable {
    /// The one to start in; `nil` for the engine's default.
    public var initial: String?
    /// Joined before the process starts.
    public var attachPostCreate: [String]
    /// Joined after the instance is verified.
    public var attachPostDeploy: [String]
    /// Whether `web`'s ports are published on all of the host's interfaces.
    public var bindsAllInterfaces: Bool

    /// Makes a choice of networks.
    public init(
        initial: String? = nil, attachPostCreate: [String] = [], attachPostDeploy: [String] = [],
        bindsAllInterfaces: Bool = false
    ) {
        self.initial = initial
        self.attachPostCreate = attachPostCreate
        self.attachPostDeploy = attachPostDeploy
        self.bindsAllInterfaces = bindsAllInterfaces
    }
}

/// When a stopped instance is started again, in Docker's words.
public struct RestartPolicy: Codable, Sendable, Equatable, CustomStringConvertible {
    /// The kind of policy.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// Never.
        case no
        /// Always.
        case always
        /// Always, unless a person stopped it.
        case unlessStopped = "unless-stopped"
        /// When it failed.
        case onFailure = "on-failure"
    }

    /// The kind of policy.
    public let kind: Kind
    /// How often at the most, for `on-failure`; 0 for no limit.
    public let limit: Int

    /// `on-failure:10`, Dokku's default.
    public static let standard = RestartPolicy(.onFailure, limit: 10)

    /// Makes a policy.
    public init(_ kind: Kind, limit: Int = 0) {
        self.kind = kind
        self.limit = kind == .onFailure ? max(0, limit) : 0
    }

    /// Takes `no`, `always`, `unless-stopped`, `on-failure` or `on-failure:N`; anything else is `nil`.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let kind = parts.first.flatMap({ Kind(rawValue: String($0)) }), parts.count <= 2 else { return nil }
        guard parts.count == 2 else {
            self.init(kind)
            return
        }
        guard kind == .onFailure, let limit = Int(parts[1]), limit >= 0 else { return nil }
        self.init(kind, limit: limit)
    }

    /// As Docker writes it.
    public var description: String { limit > 0 ? "\(kind.rawValue):\(limit)" : kind.rawValue }
}
