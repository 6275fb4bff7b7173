import AdapterKit
import Fakes
import Loopback
import Synchronization
import Traffic

@testable import Registry

/// A registry that acts, behind a real HTTP server, with a journal of what it was asked.
final class FakeRegistry: Sendable {
    let fake: RegistryFake
    let journal: Journal
    private let server: LoopbackServer

    final class Journal: Answering {
        private let backend: any Answering
        private let requests = Mutex<[ServedRequest]>([])
        /// Answers in the fake's place; for registries in trouble.
        let trouble = Mutex<(@Sendable (ServedRequest) -> Answer?)?>(nil)

        init(_ backend: any Answering) { self.backend = backend }

        func answer(_ request: ServedRequest) async -> Answer {
            requests.withLock { $0.append(request) }
            if let answer = trouble.withLock({ $0 })?(request) { return answer }
            return await backend.answer(request)
        }

        var all: [ServedRequest] { requests.withLock { $0 } }
        /// `HEAD /v2/a/manifests/1`
        var lines: [String] { all.map { "\($0.method) \($0.path)" } }
        func clear() { requests.withLock { $0 = [] } }
    }

    /// - Parameter tls: what it shows; `nil` to do without TLS.
    static func start(_ login: RegistryLogin = .none, tls: TLSIdentity? = nil) async throws -> FakeRegistry {
        let fake = RegistryFake(login: login, scheme: tls == nil ? "http" : "https")
        let journal = Journal(fake)
        return FakeRegistry(
            fake, journal,
            try await LoopbackServer.start(at: .tcp(host: "127.0.0.1", port: 0), tls: tls, answering: journal))
    }

    private init(_ fake: RegistryFake, _ journal: Journal, _ server: LoopbackServer) {
        self.fake = fake
        self.journal = journal
        self.server = server
    }

    var address: String {
        guard case .tcp(let host, let port) = server.address else { return "" }
        return "\(host):\(port)"
    }

    var repository: RepositoryName {
        get throws { try RepositoryName(address + "/dokku/shop") }
    }

    func context(_ login: Login? = nil) -> RegistryContext {
        RegistryContext(
            variables: ["DOCKER_HOST": "unix:///nowhere/docker.sock"], readFile: { _ in [] }, listFolder: { _ in [] },
            login: { _ in login })
    }

    /// - Parameter files: below `/etc/docker/certs.d`, in the registry's folder.
    func context(_ login: Login? = nil, trusting files: [String: [UInt8]]) -> RegistryContext {
        let folder = "/etc/docker/certs.d/" + address
        var context = context(login)
        context.listFolder = { $0 == folder ? files.keys.sorted() : [] }
        context.readFile = { path in files[String(path.dropFirst(folder.count + 1))] ?? [] }
        return context
    }

    func client(_ login: Login? = nil) throws -> RegistryClient {
        RegistryClient(try repository, of: try AppName("shop"), context(login))
    }

    /// Puts a manifest of no layers there under a tag.
    /// - Returns: its digest.
    func put(_ tag: String, _ text: String) async throws -> String {
        let manifest = StoredManifest(
            head: ManifestHead(digest: nil, type: "application/vnd.docker.distribution.manifest.v2+json"),
            bytes: Array(#"{"schemaVersion": 2, "mark": "\#(text)"}"#.utf8))
        let client = try client()
        try await client.send(.putManifest(manifest, repository.path, tag: tag), to: "prepare a test")
        return try await client.head(tag)?.digest ?? ""
    }
}
