import FoundationEssentials
import Traffic

/// How a check is run.
public struct CheckOptions: Sendable {
    /// The folder with recordings; `nil` for none. Cases without one run against a state machine.
    public var fixtures: String?
    /// A real server to check against, as the adapter's own setting names it, such as
    /// `unix:///var/run/docker.sock`; `nil` to stay offline.
    public var live: String?
    /// Cases to leave out, by id, with `*` for anything.
    public var excluded: [String]
    /// What a real server is to run, the first and the second release's image; none for those that the kit makes.
    public var images: [String]

    /// Makes options; by default a check needs no server and no file.
    public init(fixtures: String? = nil, live: String? = nil, excluded: [String] = [], images: [String] = []) {
        self.fixtures = fixtures
        self.live = live
        self.excluded = excluded
        self.images = images
    }

    /// What runs cases against `subject` so.
    /// - Throws: when the real server does not answer.
    public func check(_ subject: Subject) async throws -> Check {
        if let live, subject.backend != .none {
            let target = try await LiveTargets.connect(subject.backend, to: live, images: images)
            return Check(runner: Runner.live(subject, excluding: excluded, target), server: target.server)
        }
        // Recordings fit only the client that made them, and are of the oldest server that it gets along with.
        let isFirstFace = subject.face == nil || subject.face == subject.backend.faces.first
        let recordings =
            subject.isRecorded && isFirstFace
            ? fixtures.flatMap { CaseRecordings.find($0, subject.backend, adapter: subject.name) } : nil
        let runner = Runner.replaying(subject, excluding: excluded, speed: subject.speed) {
            try recordings?.recording(of: $0)
        }
        let first = try recordings?.ids.first.flatMap { try recordings?.recording(of: $0) }
        return Check(runner: runner, server: first?.server, fixtures: recordings?.fingerprint)
    }
}

/// A check that is ready to run.
public struct Check: Sendable {
    /// Runs the cases.
    public let runner: Runner
    private let server: Recording.Server?
    /// Tells one set of recordings from another; `nil` where none are used.
    public let fixtures: String?

    init(runner: Runner, server: Recording.Server?, fixtures: String? = nil) {
        self.runner = runner
        self.server = server
        self.fixtures = fixtures
    }

    /// The servers that stood behind `outcomes`.
    public func servers(of outcomes: [Outcome]) -> [CheckedServer] {
        let used = Set(outcomes.map(\.source))
        return Outcome.Source.reported.filter { used.contains($0) && $0 != .none }.map { source in
            let isNamed = source == .live || source == .recorded
            return CheckedServer(
                source: source, product: isNamed ? server?.product : nil, version: isNamed ? server?.version : nil)
        }
    }
}
