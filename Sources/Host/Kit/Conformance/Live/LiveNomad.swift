import Fakes
import JSONDocument
import Loopback
import Traffic

/// A real Nomad behind a journal, for one case.
///
/// The adapter gets an address of the kit's own and, where ACLs are on, a token that is good for nothing else: the
/// cluster's credentials never reach it.
final class LiveNomad: LiveBackend {
    let variables: [String: String]
    let images: KitImages
    let journal: Journal
    private let stage: NomadStage
    private let sightings: Sightings
    private let server: LoopbackServer
    private let folder: TemporaryFolder
    private let authority = SharedAuthority()

    /// - Parameter fault: what is wrong with what stands between adapter and server.
    init(_ stage: NomadStage, runID: String, secrets: Secrets, fault: Fault?) async throws {
        self.stage = stage
        images = stage.target.images
        let token = stage.target.hasACL ? secrets.tokenID : ""
        let upstream = NomadTokenGate(Upstream(stage.target.access.endpoint, keepsCredentials: false), token: token)
        let recorder = Recorder(fault.map { FaultyBackend(upstream, $0, .nomad, speed: 1) } ?? upstream)
        sightings = Sightings(recorder)
        journal = Journal(recorder)
        folder = try TemporaryFolder()
        (server, variables) = try await BackendDoor.open(
            journal, .nomad, in: folder.path, isTrusted: fault != .tls, authority: authority,
            place: BackendDoor.Place(namespace: stage.namespace, token: token))
    }

    func objects(until isEnough: @Sendable ([FakeObject]) -> Bool) async throws -> [FakeObject] {
        try await sightings.objects(until: isEnough) { try await stage.objects() }
    }

    func finish() async -> [String] {
        await server.stop()
        await stage.clear()
        return []
    }

    var raw: (exchanges: [Exchange], observations: [JSONValue]) { sightings.raw }
}

/// Lets those pass who have the token; everybody, where there is none.
private struct NomadTokenGate: Answering {
    private let base: any Answering
    private let token: String

    init(_ base: any Answering, token: String) {
        self.base = base
        self.token = token
    }

    func answer(_ request: ServedRequest) async -> Answer {
        guard token.isEmpty || request.header("x-nomad-token") == token else {
            return .text(403, "ACL token not found")
        }
        return await base.answer(request)
    }
}
