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

    /// Makes a process; a negative quantity becomes 0.
    public init(
        type: ProcessType, quantity: Int, maxParallel: Int = 1, command: StartCommand = StartCommand(),
        resources: Resources = Resources(), checks: Checks = Checks(), dockerOptions: [String] = []
    ) {
        self.type = type
        self.quantity = max(0, quantity)
        self.maxParallel = max(1, maxParallel)
        self.command = command
        self.resources = resources
        self.checks = checks
        self.dockerOptions = dockerOptions
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
