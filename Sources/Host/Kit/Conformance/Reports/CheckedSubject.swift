import AdapterKit

/// An adapter as it was checked, and what became of it.
public struct CheckedSubject: Sendable, Equatable, Codable {
    /// What it is called.
    public var name: String
    /// How it was reached.
    public var form: Subject.Form
    /// Which API it speaks.
    public var backend: BackendKind
    /// The version that a state machine behind it claimed; `nil` where that makes no difference.
    public var face: String?
    /// The roles that its manifest claims.
    public var capabilities: [Capability]
    /// The servers, or what stood in for them.
    public var servers: [CheckedServer]
    /// What became of each case, in the order of the suite.
    public var outcomes: [Outcome]
    /// The ids of core cases that were not even selected.
    public var missingCore: [String]

    /// Notes what became of `subject`.
    /// - Parameter servers: what is known of the servers; found out from the outcomes where it is `nil`.
    public init(_ subject: Subject, _ outcomes: [Outcome], servers: [CheckedServer]? = nil) {
        let sources = Outcome.Source.reported.filter { source in outcomes.contains { $0.source == source } }
        let present = Set(outcomes.map(\.id))
        self.init(
            name: subject.name, form: subject.form, backend: subject.backend,
            capabilities: subject.plugin.manifest.capabilities.sorted(),
            servers: servers ?? sources.filter { $0 != .none }.map { CheckedServer(source: $0) }, outcomes: outcomes,
            missingCore: Suite.all.filter { $0.level == .core && !present.contains($0.id) }.map(\.id))
        face = subject.face
    }

    /// Makes one out of its parts.
    public init(
        name: String, form: Subject.Form, backend: BackendKind, capabilities: [Capability], servers: [CheckedServer],
        outcomes: [Outcome], missingCore: [String] = []
    ) {
        self.name = name
        self.form = form
        self.backend = backend
        self.capabilities = capabilities
        self.servers = servers
        self.outcomes = outcomes
        self.missingCore = missingCore
    }

    /// Its name and how it was reached: `docker-local, in process`; and what the server claimed to be, where that
    /// makes a difference.
    public var title: String { "\(name), \(form.rawValue)" + (face.map { ", \($0)" } ?? "") }
}

/// A server that answered an adapter, or what stood in for it.
public struct CheckedServer: Sendable, Equatable, Codable {
    /// Whether it was real.
    public var source: Outcome.Source
    /// Such as `Docker Engine`; `nil` where nobody knows.
    public var product: String?
    /// Its version; `nil` where nobody knows.
    public var version: String?

    /// Notes a server.
    public init(source: Outcome.Source, product: String? = nil, version: String? = nil) {
        self.source = source
        self.product = product
        self.version = version
    }

    /// Such as `Docker Engine 20.10.24, recorded answers`.
    public var description: String {
        let name = [product, version].compactMap { $0 }.joined(separator: " ")
        return (name.isEmpty ? "" : name + ", ") + source.words
    }
}

extension Outcome.Source {
    /// In the order in which reports tell them: what is worth most comes first.
    public static let reported: [Outcome.Source] = [.live, .recorded, .derived, .behavioural, .none]

    /// What it is, for people.
    public var words: String {
        switch self {
        case .live: "a real server"
        case .recorded: "recorded answers of a real server"
        case .derived: "answers written from the API's description"
        case .behavioural: "a state machine"
        case .none: "no server needed"
        }
    }
}
