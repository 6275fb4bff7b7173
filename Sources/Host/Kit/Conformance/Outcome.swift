import AdapterKit

/// What became of a case.
public struct Outcome: Sendable, Equatable, Codable {
    /// How it ended.
    public enum Verdict: String, Sendable, Codable, CaseIterable {
        /// The promise was kept.
        case passed
        /// The adapter does not claim what the case is about, and says so properly when it is asked for it.
        case declined
        /// The promise was broken.
        case failed
        /// The kit itself, or what it runs on, failed.
        case error
        /// It was not run, because somebody said so.
        case skipped
    }

    /// The case's id.
    public var id: String
    /// Its promise.
    public var promise: String
    /// Its level.
    public var level: ConformanceCase.Level
    /// How it ended.
    public var verdict: Verdict
    /// Why, for everything but ``Verdict/passed``.
    public var reason: String
    /// How long it took.
    public var seconds: Double
    /// The requests that the adapter made, in order.
    public var requests: [String]
    /// What the person saw, shortened.
    public var output: String
    /// What the answers came from.
    public var source: Source

    /// Where the backend's answers came from.
    public enum Source: String, Sendable, Codable {
        /// A real server's recorded answers, request by request.
        case recorded
        /// Answers written from a description of the API.
        case derived
        /// A state machine.
        case behavioural
        /// A real server.
        case live
        /// The case needed none.
        case none
    }

    package init(
        _ subject: ConformanceCase, _ verdict: Verdict, reason: String = "", seconds: Double = 0,
        requests: [String] = [], output: String = "", source: Source = .none
    ) {
        id = subject.id
        promise = subject.promise
        level = subject.level
        self.verdict = verdict
        self.reason = reason
        self.seconds = seconds
        self.requests = requests
        self.output = output
        self.source = source
    }

    /// Whether nothing is wrong.
    public var isFine: Bool { verdict == .passed || verdict == .declined || verdict == .skipped }
}
