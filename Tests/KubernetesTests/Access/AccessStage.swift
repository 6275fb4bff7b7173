import AdapterKit
import Conformance
import Foundation
import Loopback
import ProcessStreams
import TestSupport
import Traffic

@testable import Kubernetes

/// A TLS server that answers as a test says, and the ways in which a client can be told of it.
final class AccessStage: Sendable {
    let scratch: Scratch
    let authority: ThrowawayAuthority
    let server: LoopbackServer
    private let script: Script

    /// Made once: `openssl` takes its time.
    private static let authority = Task {
        let scratch = try Scratch()
        _ = try await ThrowawayAuthority.make(in: scratch.path + "/tls")
        return scratch
    }

    /// - Parameter answer: answers the request with that number.
    init(
        wantsClientCertificate: Bool = false, tls: Bool = true, host: String = "127.0.0.1", hasExpired: Bool = false,
        _ answer: @escaping @Sendable (Int, ServedRequest) async -> Answer = { _, _ in AccessStage.json(200, "{}") }
    ) async throws {
        scratch = try Scratch()
        let made = try await Self.authority.value
        try FileManager.default.copyItem(atPath: made.path + "/tls", toPath: scratch.path + "/tls")
        authority = ThrowawayAuthority(folder: scratch.path + "/tls")
        script = Script(answer)
        var identity = try authority.identity()
        if hasExpired { identity.certificate = try await authority.expired("server") }
        if wantsClientCertificate { identity.clientAuthority = try authority.bytes("ca.pem") }
        server = try await LoopbackServer.start(
            at: .tcp(host: host, port: 0), tls: tls ? identity : nil, answering: script)
    }

    var port: Int { if case .tcp(_, let port) = server.address { port } else { 0 } }
    /// The requests that came, in order.
    var requests: [ServedRequest] { get async { await script.requests } }

    func authorizations() async -> [String] { await requests.map { $0.header("Authorization") ?? "" } }

    static func json(_ status: Int, _ text: String, _ headers: [HTTPField] = []) -> Answer {
        .whole(
            AnswerHead(status, [HTTPField("Content-Type", "application/json")] + headers),
            body: Array(text.utf8))
    }

    /// Writes a kubeconfig of one context.
    /// - Parameters:
    ///   - user: the fields of the user, in YAML's flow style.
    ///   - cluster: those of the cluster beside its address and authority.
    @discardableResult
    func kubeconfig(user: String, cluster: String = "", server: String? = nil, authority: String = "tls/ca.pem") throws
        -> String
    {
        let server = server ?? "https://127.0.0.1:\(port)"
        let trust = authority.isEmpty ? "" : ", certificate-authority: \(authority)"
        return try scratch.write(
            """
            apiVersion: v1
            kind: Config
            current-context: here
            clusters: [{name: there, cluster: {server: "\(server)"\(trust)\(cluster.isEmpty ? "" : ", " + cluster)}}]
            users: [{name: me, user: {\(user)}}]
            contexts: [{name: here, context: {cluster: there, user: me, namespace: mine}}]
            """, to: "config")
    }

    /// What an adapter gets that is told of the kubeconfig by `KUBECONFIG`, unless `variables` say otherwise.
    func connection(
        _ settings: [String: String] = [:], variables: [String: String]? = nil, context: AdapterContext? = nil
    ) throws -> ClusterConnection {
        let settings = Settings(plugin: "scheduler-kubernetes", values: settings)
        return ClusterConnection(
            settings: try KubernetesSettings(settings),
            context: context ?? self.context(variables ?? ["KUBECONFIG": scratch.path + "/config"]))
    }

    /// Writes a shell script that answers as an exec plugin.
    /// - Parameter body: prints the answer.
    func plugin(_ body: String) throws {
        let path = try scratch.write("#!/bin/sh\n" + body + "\n", to: "bin/plugin")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }

    func context(_ variables: [String: String]) -> AdapterContext {
        AdapterContext(
            settings: Settings(plugin: "scheduler-kubernetes", values: [:]), variables: variables,
            readFile: { path in
                guard let bytes = FileManager.default.contents(atPath: path) else {
                    throw AdapterError(.invalidSettings, "there is no file \(path)")
                }
                return Array(bytes)
            }, runOnHost: { _ in .success }, outputOnHost: HostPrograms.output,
            now: { Int(Date().timeIntervalSince1970) })
    }

    private actor Script: Answering {
        private let script: @Sendable (Int, ServedRequest) async -> Answer
        private(set) var requests: [ServedRequest] = []

        init(_ script: @escaping @Sendable (Int, ServedRequest) async -> Answer) { self.script = script }

        func answer(_ request: ServedRequest) async -> Answer {
            requests.append(request)
            return await script(requests.count - 1, request)
        }
    }
}
