import AdapterKit
import Fakes
import Foundation
import Loopback
import TestSupport
import Testing

@testable import Registry

/// Registries that sign their certificates themselves, as the engine's `certs.d` has them.
@Suite(.enabled(if: Tool.exists("openssl"), "the openssl program is missing"))
struct TrustTests {
    private struct Made {
        let scratch: Scratch

        func bytes(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/" + name)))
        }

        func identity() throws -> TLSIdentity {
            TLSIdentity(certificate: try bytes("cert.pem"), key: try bytes("key.pem"))
        }
    }

    /// Made once: `openssl` takes its time. The certificate is its own authority.
    private static let made = Task {
        let scratch = try Scratch()
        let result = try await Tool.run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
            "-subj", "/CN=registry", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", scratch.path + "/key.pem",
            "-out", scratch.path + "/cert.pem")
        #expect(result.status == 0, "\(result.error)")
        return Made(scratch: scratch)
    }

    private func client(
        _ registry: FakeRegistry, _ login: Login? = nil, trusting files: [String: [UInt8]] = [:]
    ) throws -> RegistryClient {
        RegistryClient(try registry.repository, of: try AppName("shop"), registry.context(login, trusting: files))
    }

    @Test func anAuthorityInCertsDIsTrusted() async throws {
        let made = try await Self.made.value
        let registry = try await FakeRegistry.start(tls: try made.identity())
        let authority = try made.bytes("cert.pem")
        #expect(try await client(registry, trusting: ["ca.crt": authority]).head("1") == nil)
        #expect(registry.journal.lines == ["HEAD /v2/dokku/shop/manifests/1"])
    }

    /// The token server of such a registry shows the same certificate, as Harbor's does.
    @Test(arguments: [
        (RegistryLogin.bearer(user: "me", password: "right"), Login(username: "me", password: "right")),
        (.identity(token: "an-identity-token"), Login(username: "<token>", password: "an-identity-token")),
    ])
    func soIsItsTokenServer(login: RegistryLogin, mine: Login) async throws {
        let made = try await Self.made.value
        let registry = try await FakeRegistry.start(login, tls: try made.identity())
        let client = try client(registry, mine, trusting: ["ca.crt": try made.bytes("cert.pem")])
        #expect(try await client.head("1") == nil)
        #expect(registry.journal.lines.contains { $0.hasSuffix(" /token") })
        let upload = try await client.send(.startUpload("dokku/shop"), to: "push")
        #expect(upload != nil)
    }

    @Test func anIdentityTokenThatIsNotKnownIsRefused() async throws {
        let registry = try await FakeRegistry.start(.identity(token: "right"))
        let client = try registry.client(Login(username: "<token>", password: "wr0ng-canary"))
        let refusal = await #expect(throws: AdapterError.self) { _ = try await client.head("1") }
        #expect(refusal?.message.contains("does not accept the login as the token's owner") == true)
        #expect("\(String(describing: refusal))".contains("wr0ng-canary") == false)
    }

    @Test func whoIsNotTrustedIsNamedWithTheFileThatHelps() async throws {
        let made = try await Self.made.value
        let registry = try await FakeRegistry.start(tls: try made.identity())
        let secure = RegistryTrust(repository: try registry.repository, context: registry.context())
        #expect(try secure.settings().certificateAuthority == nil)
        let trouble = RegistryTrouble(repository: try registry.repository, app: try AppName("shop"), user: nil)
        let told = trouble.translate(
            .unreachable(endpoint: "https://x", reason: .tls("unable to get local issuer certificate")), while: "ask")
        #expect(told.hint == "put its authority into /etc/docker/certs.d/\(registry.address)/ca.crt")
        await #expect(throws: AdapterError.self) { _ = try await client(registry).head("1") }
        #expect(registry.journal.all.isEmpty, "who is not trusted is told nothing")
    }
}
