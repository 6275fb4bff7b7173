/// A directory or volume of the host, seen inside instances.
public struct Mount: Codable, Sendable, Equatable, CustomStringConvertible {
    /// An absolute path of the host, or a volume's name.
    public let source: String
    /// An absolute path inside.
    public let target: String
    /// Options such as `ro`, separated by commas; `nil` for none.
    public let options: String?
    /// The process type that sees it; `nil` for all.
    public let process: ProcessType?
    /// Whether deployed instances see it.
    public let isForDeploy: Bool
    /// Whether one-off tasks see it.
    public let isForRun: Bool
    /// The storage entry that ``source`` names; `nil` for a plain directory or volume.
    public let entry: StorageEntry?

    /// Takes `source:target[:options]` apart.
    /// - Throws: ``AdapterError`` when a part is missing or a path is not absolute.
    public init(
        _ text: String, process: ProcessType? = nil, isForDeploy: Bool = true, isForRun: Bool = true,
        entry: StorageEntry? = nil
    ) throws {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, !parts[0].isEmpty, parts[1].hasPrefix("/") else {
            throw AdapterError(
                .invalidInput, "Storage path must be two valid paths divided by colon, not '\(text)'",
                hint: "storage:mount APP /host/path:/container/path")
        }
        guard parts[0].hasPrefix("/") || Self.isVolumeName(parts[0]) else {
            throw AdapterError(
                .invalidInput, "'\(parts[0])' is neither an absolute path of the host nor a volume's name",
                hint: "storage:mount APP /host/path:/container/path")
        }
        source = parts[0]
        target = parts[1]
        options = parts.count == 3 && !parts[2].isEmpty ? parts[2] : nil
        self.process = process
        self.isForDeploy = isForDeploy
        self.isForRun = isForRun
        self.entry = entry
    }

    /// As the Engine API takes it.
    public var description: String { [source, target, options].compactMap { $0 }.joined(separator: ":") }

    private static func isVolumeName(_ text: String) -> Bool {
        text.utf8.count >= 2
            && text.utf8.allSatisfy {
                switch $0 {
                case 97...122, 65...90, 48...57, 45, 46, 95: true
                default: false
                }
            }
    }
}

/// Storage that a scheduler provides (`storage:create`, contract 3.11).
public struct StorageEntry: Codable, Sendable, Equatable {
    /// Its name: a DNS label of at most 45 characters.
    public var name: String
    /// How large, such as `1Gi`.
    public var size: String
    /// Such as `ReadWriteOnce`; empty for the scheduler's default.
    public var accessMode: String
    /// What kind of storage; empty for the scheduler's default.
    public var storageClass: String
    /// The scheduler's namespace; empty for the app's.
    public var namespace: String
    /// Notes for the scheduler.
    public var annotations: [String: String]
    /// Labels for the scheduler.
    public var labels: [String: String]

    /// Makes an entry; nothing is checked.
    public init(
        name: String, size: String, accessMode: String = "", storageClass: String = "", namespace: String = "",
        annotations: [String: String] = [:], labels: [String: String] = [:]
    ) {
        self.name = name
        self.size = size
        self.accessMode = accessMode
        self.storageClass = storageClass
        self.namespace = namespace
        self.annotations = annotations
        self.labels = labels
    }
}
