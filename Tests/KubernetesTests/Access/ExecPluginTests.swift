import APIClient
import AdapterKit
import JSONDocument
import Testing

@testable import Kubernetes

/// Programs that give credentials.
@Suite(.timeLimit(.minutes(3)))
struct ExecPluginTests {
    private let get = APICall<Void>(APIRequest(.get, "/version"), expecting: [200])
    private static let beta = "client.authentication.k8s.io/v1beta1"

    private func answer(_ status: String, _ version: String = beta) -> String {
        "echo '{\"apiVersion\":\"\(version)\",\"kind\":\"ExecCredential\",\"status\":{\(status)}}'"
    }

    private func user(_ more: String = "", version: String = beta) -> String {
        "exec: {apiVersion: \(version), command: ./bin/plugin\(more.isEmpty ? "" : ", " + more)}"
    }

    @Test func isToldWhatItNeeds() async throws {
        let stage = try await AccessStage()
        try stage.plugin(
            "printf '%s' \"$KUBERNETES_EXEC_INFO\" > \(stage.scratch.path)/info; echo \"$MORE $1 $HOME\" > "
                + "\(stage.scratch.path)/seen; cat > \(stage.scratch.path)/input\n" + answer("\"token\":\"abc\""))
        try stage.kubeconfig(
            user: user("args: [word], env: [{name: MORE, value: much}], provideClusterInfo: true"),
            cluster: "extensions: [{name: client.authentication.k8s.io/exec, extension: {audience: x}}]")
        let cluster = try await stage.connection().cluster()
        #expect(stage.scratch.read("info") == nil, "it does not run before something is asked")
        try await cluster.send(get)
        try await cluster.send(get)
        #expect(await stage.authorizations() == ["Bearer abc", "Bearer abc"])
        let info = try JSONValue(parsing: Array((stage.scratch.read("info") ?? "").utf8))
        #expect(info["spec"]?["interactive"] == false)
        #expect(info["spec"]?["cluster"]?["server"]?.text == "https://127.0.0.1:\(stage.port)")
        #expect(info["spec"]?["cluster"]?["certificate-authority-data"]?.text == (try stage.authority.base64("ca.pem")))
        #expect(info["spec"]?["cluster"]?["config"] == ["audience": "x"])
        #expect(stage.scratch.read("seen")?.hasPrefix("much word /") == true)
        #expect(stage.scratch.read("input") == "")
    }

    @Test func runsAgainWhenItsCredentialHasExpired() async throws {
        let stage = try await AccessStage()
        try stage.plugin(
            "echo x >> \(stage.scratch.path)/runs\n"
                + answer("\"token\":\"abc\",\"expirationTimestamp\":\"2001-01-01T00:00:00Z\""))
        try stage.kubeconfig(user: user())
        let cluster = try await stage.connection().cluster()
        for _ in 0..<3 { try await cluster.send(get) }
        #expect(await stage.requests.count == 3)
        #expect((stage.scratch.read("runs") ?? "").count >= 6)
    }

    @Test func mayGiveACertificate() async throws {
        let stage = try await AccessStage(wantsClientCertificate: true)
        func text(_ name: String) throws -> String {
            JSONValue.string(String(decoding: try stage.authority.bytes(name), as: UTF8.self)).compact
        }
        let status = try "\"clientCertificateData\":\(text("cert.pem")),\"clientKeyData\":\(text("key.pem"))"
        try stage.scratch.write(
            "{\"apiVersion\":\"\(Self.beta)\",\"kind\":\"ExecCredential\",\"status\":{\(status)}}", to: "answer")
        try stage.plugin("cat \(stage.scratch.path)/answer")
        try stage.kubeconfig(user: user())
        try await stage.connection().cluster().send(get)
        #expect(await stage.requests.count == 1)
    }

    @Test(arguments: [
        ("echo canary; echo 'log in first' >&2; exit 3", "", beta, "it ended with status 3", "log in first"),
        ("echo canary", "", beta, "its output is no ExecCredential", ""),
        (#"echo '{"kind":"ExecCredential","apiVersion":"v9","canary":1}'"#, "", beta, "it does not answer in", ""),
        (
            #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"clientKeyData":"canary"}}'"#,
            "", beta, "neither a token nor a certificate with its key", ""
        ),
        (
            #"echo '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1beta1","status":{"token":"canary","expirationTimestamp":"soon"}}'"#,
            "", beta, "its expirationTimestamp is no time", ""
        ),
        ("kill -9 $$", "", beta, "it ended with status 137", ""),
        ("true", "interactiveMode: Always", beta, "it needs somebody at a terminal", ""),
        ("true", "", "client.authentication.k8s.io/v1alpha1", "it speaks client.authentication.k8s.io/v1alpha1", ""),
        (
            "echo canarycanarycanarycanarycanarycanarycanarycanary >&2; exit 1", "installHint: get it somewhere", beta,
            "it ended with status 1", "get it somewhere"
        ),
    ])
    func troubles(_ script: String, _ more: String, _ version: String, _ text: String, _ detail: String) async throws {
        let stage = try await AccessStage()
        try stage.plugin(script)
        try stage.kubeconfig(user: user(more, version: version))
        let cluster = try await stage.connection().cluster()
        let error = try #require(await #expect(throws: AdapterError.self) { try await cluster.send(get) })
        #expect(error.code == .denied)
        #expect(error.message.contains(text), "\(error)")
        #expect(detail.isEmpty || error.details.joined().contains(detail), "\(error)")
        #expect(!"\(error)".contains("canary"))
        #expect(await stage.requests.isEmpty)
    }

    @Test func aProgramThatIsNotThere() async throws {
        let stage = try await AccessStage()
        try stage.kubeconfig(user: "exec: {apiVersion: \(Self.beta), command: no-such-plugin, installHint: buy it}")
        let cluster = try await stage.connection().cluster()
        let error = await #expect(throws: AdapterError.self) { try await cluster.send(get) }
        #expect(error?.details == ["buy it"])
        #expect(error?.hint == "see whether no-such-plugin is installed")
    }
}
