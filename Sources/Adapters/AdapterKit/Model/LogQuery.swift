/// Which log lines are wanted.
public struct LogQuery: Codable, Sendable, Equatable {
    /// Whose lines.
    public enum Source: Codable, Sendable, Equatable {
        /// All instances'.
        case all
        /// Those of one process type.
        case process(type: ProcessType)
        /// Those of one instance.
        case instance(name: InstanceName)
    }

    /// Whose lines.
    public var source: Source
    /// How many of the newest, for each instance; `nil` for all.
    public var count: Int?
    /// Whether to wait for more.
    public var follow: Bool
    /// Whether lines come without time and instance in front.
    public var isRaw: Bool

    /// Makes a query.
    public init(source: Source = .all, count: Int? = 100, follow: Bool = false, isRaw: Bool = false) {
        self.source = source
        self.count = count
        self.follow = follow
        self.isRaw = isRaw
    }

    /// Whether lines of `name` are wanted.
    public func includes(_ name: InstanceName) -> Bool {
        switch source {
        case .all: true
        case .process(let type): type == name.process
        case .instance(let instance): instance == name
        }
    }
}
