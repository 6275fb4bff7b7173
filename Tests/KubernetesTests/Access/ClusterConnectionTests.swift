import APIClient
import AdapterKit
import Testing
import Traffic

@testable import Kubernetes

/// How a cluster is reached, with every kind of credential.
@Suite(.timeLimit(.minutes(3)))
struct ClusterConnectionTests {
    private let get = APICall<Void>(APIRequest(.get, "/version"), expecting: [200])

    @Test func aTokenIsShownWithEachRequest() async throws {
        let stage = try await AccessStage()
        try stage.kubeconfig(user: "token: abc")
        let cluster = try await stage.connection().cluster()
        #expect(cluster.namespace == "mine")
        #expect(cluster.name == "context here (https://127.0.0.1:\(stage.port))")
        #expect(await stage.requests.isEmpty, "nothing is sent before something is asked")
        try await cluster.send(get)
        try await cluster.send(get)
        #expect(await stage.authorizations() == ["Bearer abc", "Bearer abc"])
    }

    @Test(arguments: [true, false])
    func aClientCertificateInAFileOrInTheKubeconfig(_ isInline: Bool) async throws {
        let stage = try await AccessStage(wantsClientCertificate: true)
        func data(_ name: String) throws -> String { try stage.authority.base64(name) }
        try stage.kubeconfig(
            user: isInline
                ? "client-certificate-data: \(data("cert.pem")), client-key-data: \(data("key.pem"))"
                : "client-certificate: tls/cert.pem, client-key: tls/key.pem",
            cluster: isInline ? "certificate-authority-data: \(data("ca.pem"))" : "",
            authority: isInline ? "" : "tls/ca.pem")
        try await stage.connection().cluster().send(get)
        #expect(await stage.requests.count == 1)
    }

    @Test func userAndPassword() async throws {
        let stage = try await AccessStage()
        try stage.kubeconfig(user: "username: me, password: \"open sesame\"")
        try await stage.connection().cluster().send(get)
        #expect(await stage.authorizations() == ["Basic bWU6b3BlbiBzZXNhbWU="])
    }
}

/// Credentials that change while we are at it.
@Suite(.timeLimit(.minutes(3)))
struct RefreshTests {
    private let get = APICall<Void>(APIRequest(.get, "/version"), expecting: [200])

    private func stage(accepting token: String) async throws -> AccessStage {
        try await AccessStage { _, request in
            request.header("Authorization") == "Bearer " + token
                ? AccessStage.json(200, "{}") : AccessStage.json(401, #"{"message": "Unauthorized"}"#)
        }
    }

    @Test func aTokenFileIsReadAgainWhenItIsRefused() async throws {
        let stage = try await stage(accepting: "new")
        try stage.kubeconfig(user: "tokenFile: token")
        try stage.scratch.write("new\n", to: "token")
        let cluster = try await stage.connection().cluster()
        try await cluster.send(get)
        try stage.scratch.write("old", to: "token")
        let other = try await stage.connection().cluster()
        let error = await #expect(throws: AdapterError.self) { try await other.send(get) }
        #expect(error?.code == .denied)
        #expect(
            error?.message
                == "the server of context here refused the token in \(stage.scratch.path)/token of user me")
        try stage.scratch.write("new", to: "token")
        try await other.send(get)
        #expect(
            await stage.authorizations() == ["Bearer new", "Bearer old", "Bearer old", "Bearer new"],
            "a token that is still the same is not shown twice")
    }

    @Test func oneOfManyGetsTheNewToken() async throws {
        let stage = try await stage(accepting: "t2")
        try stage.plugin(
            """
            echo x >> \(stage.scratch.path)/runs; count=$(wc -l < \(stage.scratch.path)/runs)
            echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t'$count'"}}'
            """)
        try stage.kubeconfig(user: "exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/plugin}")
        let cluster = try await stage.connection().cluster()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { try await cluster.send(get) } }
            try await group.waitForAll()
        }
        #expect(stage.scratch.read("runs") == "x\nx\n")
        #expect(await stage.requests.count <= 40)
    }

    @Test func upgradesAndStreamsToo() async throws {
        let stage = try await AccessStage { _, request in
            guard request.header("Authorization") == "Bearer new" else { return AccessStage.json(401, "{}") }
            guard request.header("Upgrade") != nil else { return AccessStage.json(200, "{}") }
            return .upgrade(AnswerHead(101, [HTTPField("Upgrade", "x"), HTTPField("Connection", "Upgrade")])) { _ in }
        }
        try stage.kubeconfig(user: "tokenFile: token")
        try stage.scratch.write("old", to: "token")
        let client = try await stage.connection().cluster().client
        await #expect(throws: AdapterError.self) { _ = try await client.stream(APIRequest(.get, "/x")) }
        await #expect(throws: AdapterError.self) { _ = try await client.upgrade(APIRequest(.get, "/x")) }
        try stage.scratch.write("new", to: "token")
        _ = try await client.stream(APIRequest(.get, "/x"))
        try stage.scratch.write("old", to: "token")
        let other = try await stage.connection().cluster().client
        await #expect(throws: AdapterError.self) { _ = try await other.upgrade(APIRequest(.get, "/x")) }
        try stage.scratch.write("new", to: "token")
        _ = try await other.upgrade(APIRequest(.get, "/x"))
    }
}
