/// What a look at a backend found.
public struct Examination: Codable, Sendable, Equatable {
    /// How a finding counts.
    public enum Verdict: String, Codable, Sendable {
        /// As it should be.
        case good
        /// Works, but not as well as it could.
        case warning
        /// Deploys will fail.
        case bad
    }

    /// One thing that was looked at.
    public struct Finding: Codable, Sendable, Equatable {
        /// What was looked at, such as `reach` or `version`.
        public var subject: String
        /// How it counts.
        public var verdict: Verdict
        /// What was found, a sentence without a full stop.
        public var text: String

        /// Makes a finding.
        public init(_ subject: String, _ verdict: Verdict, _ text: String) {
            self.subject = subject
            self.verdict = verdict
            self.text = text
        }
    }

    /// In the order in which they were looked at.
    public var findings: [Finding]
    /// The smallest set of rights that would do, as a document for the backend; empty when there is none to give.
    public var rights: String

    /// Makes an examination.
    public init(findings: [Finding], rights: String = "") {
        self.findings = findings
        self.rights = rights
    }

    /// Whether nothing is bad.
    public var isGood: Bool { findings.allSatisfy { $0.verdict != .bad } }
}

/// How a deployment differs from what is live.
public struct Comparison: Codable, Sendable, Equatable {
    /// What happens to one object of the backend.
    public enum Change: String, Codable, Sendable {
        /// It is made.
        case create
        /// It is changed.
        case update
        /// It goes.
        case delete
        /// It stays as it is.
        case keep
    }

    /// One object of the backend.
    public struct Part: Codable, Sendable, Equatable {
        /// Such as `Deployment/shop-web`.
        public var name: String
        /// What happens to it.
        public var change: Change
        /// The lines that differ, `-` or `+` in front, values of secrets masked.
        public var lines: [String]

        /// Makes a part.
        public init(_ name: String, _ change: Change, lines: [String] = []) {
            self.name = name
            self.change = change
            self.lines = lines
        }
    }

    /// In the order in which they would be worked on.
    public var parts: [Part]
    /// Names the state that was compared with: a deploy with it refuses when that has changed.
    public var token: String

    /// Makes a comparison.
    public init(parts: [Part], token: String) {
        self.parts = parts
        self.token = token
    }

    /// Whether a deploy would change nothing.
    public var isUnchanged: Bool { parts.allSatisfy { $0.change == .keep } }
}
