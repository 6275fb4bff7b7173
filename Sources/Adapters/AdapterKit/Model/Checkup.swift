/// Instances that serve, and how to tell that they are well: what ``InstanceChecking`` is asked.
public struct Checkup: Codable, Sendable, Equatable {
    /// One instance with the checks of its process type.
    public struct Subject: Codable, Sendable, Equatable {
        /// The instance; its port is the one that checks without a port of their own are about.
        public var instance: Instance
        /// Its checks. Whether they are skipped is told, never done; that deploys do without them does not count.
        public var checks: Checks

        /// Makes a subject.
        public init(_ instance: Instance, checks: Checks) {
            self.instance = instance
            self.checks = checks
        }
    }

    /// The app.
    public var app: App
    /// What to check, in the order in which it is told.
    public var subjects: [Subject]
    /// The app's domains: requests are for the first that is a host's name.
    public var domains: [String]

    /// Makes a checkup.
    public init(app: App, subjects: [Subject], domains: [String] = []) {
        self.app = app
        self.subjects = subjects
        self.domains = domains
    }

    /// Decodes a checkup; `domains` may be left out.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            app: try fields.decode(App.self, forKey: .app),
            subjects: try fields.decode([Subject].self, forKey: .subjects),
            domains: try fields.decodeIfPresent([String].self, forKey: .domains) ?? [])
    }
}
