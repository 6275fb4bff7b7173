/// An app, as far as a call that deploys nothing needs to know it.
public struct App: Codable, Sendable, Equatable {
    /// Its name.
    public var name: AppName
    /// The instances that the host recorded for the release that serves now. The truth about what is live for
    /// schedulers that keep no record of their own; may name instances that are gone.
    public var live: [Instance]
    /// How long an instance may take to stop before it is killed, in seconds.
    public var stopTimeout: Int

    /// Makes an app.
    public init(name: AppName, live: [Instance] = [], stopTimeout: Int = 30) {
        self.name = name
        self.live = live
        self.stopTimeout = stopTimeout
    }
}

/// One running copy of a process.
public struct Instance: Codable, Sendable, Equatable {
    /// The backend's id: a container, a pod, an allocation.
    public var id: String
    /// Which copy of which process type.
    public var name: InstanceName
    /// The address at which it takes traffic, where it has one.
    public var address: String?
    /// The port at which it takes traffic; `nil` for processes that take none.
    public var port: Int?

    /// Makes an instance.
    public init(id: String, name: InstanceName, address: String? = nil, port: Int? = nil) {
        self.id = id
        self.name = name
        self.address = address
        self.port = port
    }
}

/// What a deploy changed.
public struct Rollout: Codable, Sendable, Equatable {
    /// The instances that serve from now on, those that were kept included.
    public var instances: [Instance]
    /// The ones they replace, still running. Empty for schedulers that retire by themselves.
    public var superseded: [Instance]
    /// Names where the instances live, however that place was found: the same text for the same place, another text
    /// for another, such as the uid of a namespace. `nil` for schedulers with one place, and when it cannot be told.
    public var place: String?
    /// What of the release a later one must be able to find again, such as the object with its config, in the
    /// backend's words: it comes back in ``Deployment/keeps`` for as long as the release can be gone back to.
    public var objects: [String]

    /// Makes a rollout.
    public init(instances: [Instance], superseded: [Instance], place: String? = nil, objects: [String] = []) {
        self.instances = instances
        self.superseded = superseded
        self.place = place
        self.objects = objects
    }

    /// Decodes a rollout; a list that is left out is empty.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            instances: try fields.decodeIfPresent([Instance].self, forKey: .instances) ?? [],
            superseded: try fields.decodeIfPresent([Instance].self, forKey: .superseded) ?? [],
            place: try fields.decodeIfPresent(String.self, forKey: .place),
            objects: try fields.decodeIfPresent([String].self, forKey: .objects) ?? [])
    }
}

/// What runs now, as `scheduler-app-status` tells it (contract 2.10).
public struct AppStatus: Codable, Sendable, Equatable {
    /// Whether all, none or some instances run.
    public enum Running: String, Codable, Sendable {
        /// All of at least one.
        case yes = "true"
        /// None.
        case no = "false"
        /// Some.
        case mixed
    }

    /// How many instances there should be.
    public var count: Int
    /// Whether they run.
    public var running: Running
    /// The state of each instance in the backend's words, such as `running` or `exited`.
    public var states: [InstanceState]

    /// Makes a status out of each instance's state.
    public init(states: [InstanceState]) {
        self.states = states
        count = states.count
        let up = states.filter(\.isRunning).count
        running = up == 0 ? .no : up == states.count ? .yes : .mixed
    }

    /// Makes a status of a scheduler that knows no instances.
    public init(count: Int, running: Running) {
        self.count = count
        self.running = running
        states = []
    }

    /// Decodes a status; `states` may be left out.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            count: try fields.decode(Int.self, forKey: .count),
            running: try fields.decode(Running.self, forKey: .running))
        states = try fields.decodeIfPresent([InstanceState].self, forKey: .states) ?? []
    }
}

/// How one instance fares.
public struct InstanceState: Codable, Sendable, Equatable {
    /// Which instance.
    public var name: InstanceName
    /// The backend's id.
    public var id: String
    /// The backend's word, such as `running`; `missing` when the backend does not know it.
    public var state: String
    /// Whether it runs.
    public var isRunning: Bool

    /// Makes a state.
    public init(name: InstanceName, id: String, state: String, isRunning: Bool) {
        self.name = name
        self.id = id
        self.state = state
        self.isRunning = isRunning
    }
}
