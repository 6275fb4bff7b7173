import APIClient
import AdapterKit
import Conformance
import TestSupport
import Testing
import Traffic

@testable import Kubernetes

/// Trust in both directions, and ways around: what works, and what a person is told when it does not.
@Suite(.timeLimit(.minutes(3)))
struct TrustTests {
    private let get = APICall<Void>(APIRequest(.get, "/version"), expecting: [200])

    private func error(_ stage: AccessStage, _ settings: [String: String] = [:]) async throws -> AdapterError {
        let error = await #expect(throws: AdapterError.self) {
            do {
                try await stage.connection(settings).cluster().send(get)
            } catch {
                throw ClusterTrouble.translate(error, while: "look")
            }
        }
        return try #require(error)
    }

    @Test func anotherAuthority() async throws {
        let stage = try await AccessStage()
        _ = try await ThrowawayAuthority.make(in: stage.scratch.path + "/other")
        try stage.kubeconfig(user: "token: canary", authority: "other/ca.pem")
        let error = try await error(stage)
        #expect(error.code == .unreachable)
        #expect(
            error.message == "the certificate of 127.0.0.1:\(stage.port) is not signed by the authority 'kit' in "
                + "\(stage.scratch.path)/other/ca.pem (context here)")
        #expect(await stage.requests.isEmpty, "no credential is shown to a server that is not trusted")
    }

    @Test func theSystemsAuthorities() async throws {
        let stage = try await AccessStage()
        try stage.kubeconfig(user: "token: canary", authority: "")
        #expect(try await error(stage).message.contains("not signed by any authority that this machine trusts"))
        try stage.kubeconfig(user: "token: canary", cluster: "insecure-skip-tls-verify: true", authority: "")
        try await stage.connection().cluster().send(get)
    }

    @Test func theNameThatTheServerIsToProve() async throws {
        let stage = try await AccessStage(host: "127.0.0.2") { _, request in
            guard request.header("Upgrade") != nil else { return AccessStage.json(200, "{}") }
            return .upgrade(AnswerHead(101, [HTTPField("Upgrade", "x"), HTTPField("Connection", "Upgrade")])) { _ in }
        }
        let server = "https://127.0.0.2:\(stage.port)"
        try stage.kubeconfig(user: "token: a", server: server)
        let error = try await error(stage)
        #expect(error.message.hasPrefix("the certificate of 127.0.0.2:\(stage.port) is not for the name 127.0.0.2"))
        #expect(error.hint?.hasPrefix("set tls-server-name in ") == true)
        try stage.kubeconfig(user: "token: a", cluster: "tls-server-name: localhost", server: server)
        let cluster = try await stage.connection().cluster()
        try await cluster.send(get)
        _ = try await cluster.client.upgrade(APIRequest(.get, "/up"))
        #expect(await stage.requests.map { $0.header("Host") } == Array(repeating: "127.0.0.2:\(stage.port)", count: 2))
        try stage.kubeconfig(user: "token: a", cluster: "tls-server-name: elsewhere.example", server: server)
        #expect(try await self.error(stage).message.contains("is not for the name elsewhere.example"))
    }

    @Test func aProxy() async throws {
        let proxy = try await AccessStage(tls: false)
        try proxy.kubeconfig(
            user: "token: a", cluster: "proxy-url: \"http://me:canary@127.0.0.1:\(proxy.port)\"",
            server: "http://cluster.invalid:1", authority: "")
        let connection = try proxy.connection()
        try await connection.cluster().send(get)
        let request = try #require(await proxy.requests.first)
        #expect(request.target == "http://cluster.invalid:1/version")
        #expect(request.header("Proxy-Authorization") != nil)
        #expect(try await !connection.cluster().name.contains("canary"))
        await proxy.server.stop()
        #expect(try await !"\(error(proxy))".contains("canary"))
    }

    @Test func aTunnel() async throws {
        let stage = try await AccessStage(host: "127.0.0.2") { _, request in
            guard request.header("Upgrade") != nil else { return AccessStage.json(200, "{}") }
            return .upgrade(AnswerHead(101, [HTTPField("Upgrade", "x"), HTTPField("Connection", "Upgrade")])) { _ in }
        }
        let proxy = try TunnelProxy()
        try stage.kubeconfig(
            user: "token: canary",
            cluster: "proxy-url: \"http://me:canary@127.0.0.1:\(proxy.port)\", tls-server-name: localhost",
            server: "https://127.0.0.2:\(stage.port)")
        let cluster = try await stage.connection().cluster()
        try await cluster.send(get)
        _ = try await cluster.client.upgrade(APIRequest(.get, "/up"))
        #expect(await stage.authorizations() == ["Bearer canary", "Bearer canary"])
        #expect(await stage.requests.allSatisfy { $0.header("Proxy-Authorization") == nil })
        #expect(proxy.heads.count == 2)
        for head in proxy.heads {
            #expect(head.hasPrefix("CONNECT 127.0.0.2:\(stage.port) "))
            #expect(head.contains("Proxy-Authorization: Basic") && !head.contains("Bearer"))
        }
        await stage.server.stop()
        let error = try await error(stage)
        #expect(
            error.message.hasPrefix("could not look: no Kubernetes API server answers at https://127.0.0.2"), "\(error)"
        )
        #expect(!"\(error)".contains("canary"))
    }

    @Test func aServerCertificateThatHasExpired() async throws {
        let stage = try await AccessStage(hasExpired: true)
        try stage.kubeconfig(user: "token: canary")
        let error = try await error(stage)
        #expect(error.message == "the certificate of 127.0.0.1:\(stage.port) has expired (context here)")
        #expect(await stage.requests.isEmpty)
    }

    @Test func aClientCertificateThatHasExpired() async throws {
        let stage = try await AccessStage { _, _ in AccessStage.json(401, #"{"message": "Unauthorized"}"#) }
        _ = try await stage.authority.expired("client")
        try stage.kubeconfig(user: "client-certificate: tls/old.pem, client-key: tls/key.pem")
        let error = try await error(stage)
        #expect(error.message.hasPrefix("the client certificate of user me has expired on 20"))
        #expect(error.code == .denied)
    }

    @Test func aClientCertificateThatTheServerDoesNotTake() async throws {
        let stage = try await AccessStage(wantsClientCertificate: true)
        try stage.kubeconfig(user: "token: canary")
        let error = try await error(stage)
        #expect(
            error.message == "the server does not take the client certificate of user me (context here)", "\(error)")
    }

    @Test func nobodyThere() async throws {
        let stage = try await AccessStage()
        try stage.kubeconfig(user: "token: canary")
        await stage.server.stop()
        let error = try await error(stage)
        #expect(error.message == "could not look: no Kubernetes API server answers at https://127.0.0.1:\(stage.port)")
        #expect(error.code == .unreachable)
    }

    @Test func materialThatIsNoneOrNotThere() async throws {
        let stage = try await AccessStage()
        try stage.scratch.write("canary", to: "tls/bad.pem")
        try stage.kubeconfig(user: "client-certificate: tls/bad.pem, client-key: tls/bad.pem")
        let error = try await error(stage)
        #expect(error.code == .unreachable && !"\(error)".contains("canary"), "\(error)")
        try stage.kubeconfig(user: "client-certificate: tls/none.pem, client-key: tls/key.pem")
        #expect(try await self.error(stage).message == "there is no file \(stage.scratch.path)/tls/none.pem")
        try stage.kubeconfig(user: "token: canary", authority: "tls/bad.pem")
        #expect(try await !"\(self.error(stage))".contains("canary"))
    }

    @Test func impersonation() async throws {
        let stage = try await AccessStage()
        try stage.kubeconfig(user: "token: a, as: them, as-groups: [x]")
        try await stage.connection().cluster().send(get)
        try await stage.connection(["impersonate-user": "root", "impersonate-groups": "a,b"]).cluster().send(get)
        let headers = await stage.requests.map { request in
            request.headers.filter { $0.name.hasPrefix("Impersonate") }.map { "\($0.name) \($0.value)" }
        }
        #expect(
            headers == [
                ["Impersonate-User them", "Impersonate-Group x"],
                ["Impersonate-User root", "Impersonate-Group a", "Impersonate-Group b"],
            ])
    }

    @Test func namespaces() async throws {
        let stage = try await AccessStage()
        try stage.kubeconfig(user: "token: a")
        #expect(try await stage.connection(["namespace": "other"]).cluster().namespace == "other")
        try stage.scratch.write(
            "{current-context: x, contexts: [{name: x, context: {cluster: c}}], clusters: [{name: c, cluster: {server: h}}]}",
            to: "config")
        #expect(try await stage.connection().cluster().namespace == "default")
        let error = await #expect(throws: AdapterError.self) {
            try await stage.connection(["context": "y"]).cluster()
        }
        #expect(error?.message == "the kubeconfig has no context 'y'")
        #expect(error?.details == ["it has the contexts x"])
    }
}
