import Fakes
import JSONDocument
import Loopback
import Traffic

/// A real Kubernetes behind a journal, for one case.
///
/// The adapter gets a kubeconfig of the kit's own, with an authority that nobody else trusts and a token that is good
/// for nothing else: the cluster's credentials never reach it.
final class LiveKubernetes: LiveBackend {
    let variables: [String: String]
    let images: KitImages
    let journal: Journal
    let storageClass: String
    private let stage: KubernetesStage
    private let sightings: Sightings
    private let server: LoopbackServer
    private let folder: TemporaryFolder
    private let authority = SharedAuthority()

    /// - Parameter fault: what is wrong with what stands between adapter and server.
    init(_ stage: KubernetesStage, runID: String, secrets: Secrets, fault: Fault?) async throws {
        self.stage = stage
        images = stage.target.images
        storageClass = stage.storageClass
        let upstream = TokenGate(Upstream(stage.target.endpoint, keepsCredentials: false), token: secrets.token)
        let recorder = Recorder(fault.map { FaultyBackend(upstream, $0, .kubernetes, speed: 1) } ?? upstream)
        sightings = Sightings(recorder)
        journal = Journal(recorder)
        folder = try TemporaryFolder()
        (server, variables) = try await BackendDoor.open(
            journal, .kubernetes, in: folder.path, isTrusted: fault != .tls, authority: authority,
            place: .of(runID, secrets, .kubernetes))
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

/// Lets those pass who have the token.
struct TokenGate: Answering {
    private let base: any Answering
    private let token: String

    init(_ base: any Answering, token: String) {
        self.base = base
        self.token = token
    }

    func answer(_ request: ServedRequest) async -> Answer {
        guard request.header("authorization") == "Bearer " + token else {
            return .json(
                401,
                [
                    "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure", "code": 401,
                    "reason": "Unauthorized", "message": "Unauthorized",
                ])
        }
        return await base.answer(request)
    }
}
