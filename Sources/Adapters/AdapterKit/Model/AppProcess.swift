/// A process type of a release: what to start, how often, with which limits, and how to tell that it is well.
public struct AppProcess: Codable, Sendable, Equatable {
    /// Its type.
    public var type: ProcessType
    /// How many copies.
    public var quantity: Int
    /// How many copies may be started at a time, at least 1 (`formation.TYPE.max_parallel`).
    public var maxParallel: Int
    /// What to start.
    public var command: StartCommand
    /// Limits and reservations.
    public var resources: Resources
    /// How to tell that it is well.
    public var checks: Checks
    /// Options by the user for the container engine, for this type only, as single words.
    public var dockerOptions: [String]
    /// Further options for single copies, by index; `nil` when all copies are alike. Where a host has plugins that
    /// speak of each container, everything that they want stands here.
    public var instanceOptions: [Int: [String]]?
    /// Whether other apps of the scheduler may reach it, as they may reach `web` (`formation.TYPE.service.exposed`).
    public var isExposed: Bool
    /// Who else may change the quantity; `nil` when nobody does.
    public var autoscaling: Autoscaling?

    /// Makes a process; a negative quantity becomes 0.
    public init(
        type: ProcessType, quantity: Int, maxParallel: Int = 1, command: StartCommand = StartCommand(),
        resources: Resources = Resources(), checks: Checks = Checks(), dockerOptions: [String] = [],
        isExposed: Bool = false, autoscaling: Autoscaling? = nil, instanceOptions: [Int: [String]]? = nil
    ) {
        self.type = type
        self.quantity = max(0, quantity)
        self.maxParallel = max(1, maxParallel)
        self.command = command
        self.resources = resources
        self.checks = checks
        self.dockerOptions = dockerOptions
        self.isExposed = isExposed
        self.autoscaling = autoscaling
        self.instanceOptions = instanceOptions
    }

    /// Decodes a process, of which `type` and `quantity` are required.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            type: try fields.decode(ProcessType.self, forKey: .type),
            quantity: try fields.decode(Int.self, forKey: .quantity),
            maxParallel: try fields.decodeIfPresent(Int.self, forKey: .maxParallel) ?? 1,
            command: try fields.decodeIfPresent(StartCommand.self, forKey: .command) ?? StartCommand(),
            resources: try fields.decodeIfPresent(Resources.self, forKey: .resources) ?? Resources(),
            checks: try fields.decodeIfPresent(Checks.self, forKey: .checks) ?? Checks(),
            dockerOptions: try fields.decodeIfPresent([String].self, forKey: .dockerOptions) ?? [],
            isExposed: try fields.decodeIfPresent(Bool.self, forKey: .isExposed) ?? false,
            autoscaling: try fields.decodeIfPresent(Autoscaling.self, forKey: .autoscaling),
            instanceOptions: try fields.decodeIfPresent([Int: [String]].self, forKey: .instanceOptions))
    }
}

/// How the scheduler may change a process type's quantity by itself (`formation.TYPE.autoscaling`, contract 3.10).
public struct Autoscaling: Codable, Sendable, Equatable {
    /// What the quantity follows.
    public struct Trigger: Codable, Sendable, Equatable {
        /// Such as `cpu` or `memory`.
        public var type: String
        /// The trigger's own fields, such as `value`.
        public var metadata: [String: String]

        /// Makes a trigger.
        public init(type: String, metadata: [String: String]) {
            self.type = type
            self.metadata = metadata
        }
    }

    /// At the least; `nil` for the quantity of the formation.
    public var minimum: Int?
    /// At the most; `nil` for the minimum.
    public var maximum: Int?
    /// Seconds of calm before it is scaled down.
    public var cooldown: Int
    /// What it follows; without any there is no autoscaling.
    public var triggers: [Trigger]

    /// Makes a rule.
    public init(minimum: Int? = nil, maximum: Int? = nil, cooldown: Int = 300, triggers: [Trigger]) {
        self.minimum = minimum
        self.maximum = maximum
        self.cooldown = max(0, cooldown)
        self.triggers = triggers
    }
}

/// The words that may start a process. Which of them count depends on the image (contract 2.5, phase 3).
public struct StartCommand: Codable, Sendable, Equatable {
    /// The Procfile's line, variables filled in but for `PORT`: see ``listening(on:)``.
    public var procfile: [String]?
    /// `ps:set APP start-cmd`.
    public var override: [String]?
    /// `ps:set APP dockerfile-start-cmd`.
    public var dockerfileOverride: [String]?

    /// Makes a choice of commands; with none the image's own command runs.
    public init(procfile: [String]? = nil, override: [String]? = nil, dockerfileOverride: [String]? = nil) {
        self.procfile = procfile
        self.override = override
        self.dockerfileOverride = dockerfileOverride
    }
}

extension StartCommand {
    /// The command with `$PORT` and `${PORT}` of its Procfile line replaced. Which port that is, may depend on the
    /// image, so it is left to whoever knows the image.
    public func listening(on port: Int) -> StartCommand {
        var command = self
        command.procfile = procfile?.map { word in
            word.split(separator: "${PORT}", omittingEmptySubsequences: false).joined(separator: String(port))
                .split(separator: "$PORT", omittingEmptySubsequences: false).joined(separator: String(port))
        }
        return command
    }
}

/// Limits and reservations of a process type as the user wrote them (contract 3.9).
public struct Resources: Codable, Sendable, Equatable {
    /// What it may use at the most: by key (`cpu`, `memory`, `memory-swap`, `nvidia-gpu`, …).
    public var limits: [String: String]
    /// What it is to have at the least.
    public var reservations: [String: String]

    /// Makes a set of resources.
    public init(limits: [String: String] = [:], reservations: [String: String] = [:]) {
        self.limits = limits
        self.reservations = reservations
    }
}
