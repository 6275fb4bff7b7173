import Fakes
import JSONDocument
import Traffic

/// A real server to check against.
package protocol LiveTarget: Sendable {
    var kind: BackendKind { get }
    /// What it says of itself.
    var server: Recording.Server { get }
    /// How long a case may take there.
    var patience: Duration { get }
    /// Makes room for one case, which leaves nothing when it has finished.
    func stage(of tested: ConformanceCase, runID: String, secrets: Secrets) async throws -> any LiveBackend
}

extension LiveTarget {
    /// The version without what a distribution adds to it, as the folder of its recordings is called.
    package var versionFolder: String { String(server.version.prefix { $0 != "+" }) }
}

/// A real server behind a journal, for one case.
package protocol LiveBackend: Backend {
    /// What was asked and answered, and what was seen, as it came.
    var raw: (exchanges: [Exchange], observations: [JSONValue]) { get }
}

extension LiveBackend {
    package var speed: Double { 1 }
    package var source: Outcome.Source { .live }
}

/// Real servers by how a command line names them.
enum LiveTargets {
    /// Connects to the server at `address`.
    /// - Parameter images: what it is to run, the first and the second release's; none for those that the kit makes.
    /// - Throws: ``Broken`` that says why it cannot be used.
    static func connect(_ kind: BackendKind, to address: String, images: [String] = []) async throws -> any LiveTarget {
        switch kind {
        case .docker: return try await DockerTarget.connect(address)
        case .kubernetes: return try await KubernetesTarget.connect(address, images: images)
        case .nomad: return try await NomadTarget.connect(address, images: images)
        case .none: throw Broken("an adapter without a backend has nothing to be checked against")
        }
    }
}
