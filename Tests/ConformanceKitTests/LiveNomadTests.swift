import APIClient
import AdapterKit
import JSONDocument
import Nomad
import Testing

@testable import Conformance

/// The way to a real Nomad, with one that acts in its place.
struct LiveNomadTests {
    private static let token = "12345678-1234-1234-1234-123456789012"
    private static let images = ["linkspan-kit/app:1", "linkspan-kit/app:2"]

    /// What became of a case against a server that acts, and who was let in there; the server's own look at what is left.
    private static func outcome(
        of id: String, version: String, token: String? = nil, namespace: String? = nil
    ) async throws -> (outcome: Outcome, tokens: Set<String>, namespaces: [String], left: [String]) {
        let server = try await FakeRun(.nomad, version: version, speed: 20, fault: nil, managementToken: token)
        let address = "nomad:" + (server.variables["NOMAD_ADDR"] ?? "") + (namespace.map { "#" + $0 } ?? "")
        let target = try await NomadTarget.connect(
            address, images: images, variables: token.map { ["NOMAD_TOKEN": $0] } ?? [:])
        let tested = try #require(Suite.all.first { $0.id == id })
        let outcome = await Runner.live(Subject(.nomad), target).outcome(of: tested)
        let tokens = Set(server.journal.all.compactMap { $0.request.header("x-nomad-token") })
        let namespaces = try await target.api.namespaces()
        let left = try await server.objects { $0.isEmpty }.map(\.name)
        _ = await server.finish()
        return (outcome, tokens, namespaces, left)
    }

    @Test func aManagementTokenMakesANamespaceForEachCase() async throws {
        let found = try await Self.outcome(of: "deploy.first-release", version: "1.8.4", token: Self.token)
        #expect(found.outcome.verdict == .passed, "\(found.outcome.reason)")
        #expect(found.outcome.source == .live)
        #expect(found.outcome.requests.contains { $0.contains("namespace=kit-r") })
        // The adapter's own token is exchanged on the way.
        #expect(found.tokens == [Self.token])
        #expect(found.namespaces == ["default"])
        #expect(found.left == [])
    }

    @Test func withoutTokensInANamespaceThatIsThere() async throws {
        let found = try await Self.outcome(of: "deploy.first-release", version: "1.1.0", namespace: "default")
        #expect(found.outcome.verdict == .passed, "\(found.outcome.reason)")
        #expect(found.tokens == [])
        #expect(found.left == [])
    }

    @Test func aTokenThatIsNotTakenIsSaid() async throws {
        let server = try await FakeRun(.nomad, version: "1.8.4", speed: 20, fault: nil, managementToken: Self.token)
        let address = "nomad:" + (server.variables["NOMAD_ADDR"] ?? "")
        await #expect(
            throws: Broken("\(address.dropFirst(6)) does not take the token in NOMAD_TOKEN: Permission denied")
        ) {
            _ = try await NomadTarget.connect(address, images: Self.images, variables: [:])
        }
        _ = await server.finish()
    }

    @Test(arguments: [
        ("nomad:127.0.0.1:4646", APIEndpoint.Address.url("http://127.0.0.1:4646"), nil as String?),
        ("nomad:https://nomad.test:4646/#apps", .url("https://nomad.test:4646"), "apps"),
        ("nomad:unix:///run/nomad.sock", .unixSocket("/run/nomad.sock"), nil),
    ])
    func addresses(_ text: String, _ address: APIEndpoint.Address, _ namespace: String?) throws {
        let access = try NomadAccess(text, variables: [:])
        #expect(access.endpoint.address == address)
        #expect(access.namespace == namespace)
    }
}
