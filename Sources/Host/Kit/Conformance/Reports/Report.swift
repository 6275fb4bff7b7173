import FoundationEssentials

/// What became of the cases, and all that is needed to know what that is worth: of which kit, against which server,
/// on which machine, and the command that does it again.
public struct Report: Sendable, Equatable, Codable {
    /// The version of the document that ``json()`` writes.
    public static let currentSchema = 1

    /// ``currentSchema`` of the kit that wrote it.
    public var schema: Int
    /// One for each time that the kit was started; several in a merged report.
    public var runs: [Run]

    /// Makes a report.
    public init(runs: [Run]) {
        schema = Self.currentSchema
        self.runs = runs
    }

    /// Every subject of every run, in the order in which they were checked.
    public var subjects: [CheckedSubject] { runs.flatMap(\.subjects) }

    /// One report that holds the runs of all. Nothing is added up across runs: the same subject checked twice is there
    /// twice, each with what it was checked against.
    public static func merging(_ reports: [Report]) -> Report { Report(runs: reports.flatMap(\.runs)) }

    /// One start of the kit.
    public struct Run: Sendable, Equatable, Codable {
        /// ``KitVersion/current`` of the kit that ran.
        public var kit: String
        /// The machine's operating system.
        public var host: String
        /// When it began.
        public var started: Date
        /// When it was over.
        public var ended: Date
        /// A command line that does it again; empty when a program started the kit, not a person.
        public var command: String
        /// Tells one set of recordings from another; `nil` when none were used.
        public var fixtures: String?
        /// What was checked.
        public var subjects: [CheckedSubject]

        /// Makes a run that begins now, on this machine, with this kit.
        /// - Parameter words: the command line, program first.
        public init(words: [String] = [], fixtures: String? = nil) {
            kit = KitVersion.current
            host = HostSystem.description
            // Whole seconds: what a document can hold.
            started = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
            ended = started
            command = CommandText.reproducing(words)
            self.fixtures = fixtures
            subjects = []
        }

        /// Notes what became of a subject's cases; the run ends no earlier than now.
        /// - Parameter servers: what is known of the servers; found out from the outcomes where it is `nil`.
        /// - Returns: what was noted.
        @discardableResult
        public mutating func add(
            _ subject: Subject, _ outcomes: [Outcome], servers: [CheckedServer]? = nil
        ) -> CheckedSubject {
            let checked = CheckedSubject(subject, outcomes, servers: servers)
            subjects.append(checked)
            ended = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.up))
            return checked
        }
    }
}
