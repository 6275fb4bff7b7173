import APIClient
import AdapterKit
import Foundation
import JSONDocument
import ProcessStreams
import TestSupport
import Testing
import YAMLDocument

@testable import Kubernetes

/// The doctor against a real cluster, as somebody who has exactly the Role that it prints.
@Suite(.enabled(if: LiveCluster.isAvailable), .timeLimit(.minutes(2)))
struct LiveDoctorTests {
    private let namespace = "linkspan-doctor-\(UInt32.random(in: 0...UInt32.max))"
    private let scratch: Scratch

    init() throws { scratch = try Scratch() }

    private func context(_ kubeconfig: String) -> AdapterContext {
        AdapterContext(
            settings: Settings(
                plugin: "scheduler-kubernetes", values: ["kubeconfig": kubeconfig, "namespace": namespace]),
            variables: [:],
            readFile: { path in
                guard let bytes = FileManager.default.contents(atPath: path) else {
                    throw AdapterError(.invalidSettings, "there is no file \(path)")
                }
                return Array(bytes)
            }, runOnHost: { _ in .success }, outputOnHost: HostPrograms.output,
            now: { Int(Date().timeIntervalSince1970) })
    }

    private func examine(_ kubeconfig: String) async throws -> Examination {
        let adapter = try #require(try AdapterPlugin.kubernetes.make(context(kubeconfig)) as? any Examining)
        return try await adapter.examine(nil, console: SilentConsole())
    }

    private func send(_ cluster: Cluster, _ method: APIRequest.Method, _ path: String, _ document: JSONValue? = nil)
        async throws -> JSONValue
    {
        try await cluster.send(
            APICall<JSONValue>(
                APIRequest(
                    method, path,
                    body: document.map { .init(bytes: Array($0.compact.utf8), contentType: "application/json") }),
                expecting: [200, 201, 202]))
    }

    @Test func thePrintedRoleIsEnoughAndNotOneVerbLess() async throws {
        let path = try #require(LiveCluster.kubeconfig)
        let context = context(path)
        let admin = try await ClusterConnection(
            settings: KubernetesSettings(context.settings), context: context
        ).cluster()
        let before = try await examine(path)
        #expect(before.isGood, "\(before.findings)")
        let home = "/api/v1/namespaces/\(namespace)"
        _ = try await send(admin, .post, "/api/v1/namespaces", ["metadata": ["name": .string(namespace)]])
        do {
            _ = try await send(admin, .post, home + "/serviceaccounts", ["metadata": ["name": "deployer"]])
            let role = try #require(try YAMLDocument.documents(in: Array(before.rights.utf8)).first)
            let roles = "/apis/rbac.authorization.k8s.io/v1/namespaces/\(namespace)"
            _ = try await send(admin, .post, roles + "/roles", role)
            _ = try await send(
                admin, .post, roles + "/rolebindings",
                [
                    "metadata": ["name": "deployer"],
                    "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "linkspan"],
                    "subjects": [
                        ["kind": "ServiceAccount", "name": "deployer", "namespace": .string(namespace)]
                    ],
                ])
            let answer = try await send(
                admin, .post, home + "/serviceaccounts/deployer/token",
                ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": [:]])
            try kubeconfig(path, token: #require(answer["status"]?["token"]?.text))
            let good = try await settled { $0.isGood }
            #expect(good.isGood, "\(good.findings)")
            var weaker = role
            weaker["rules"] = .array(
                (role["rules"]?.items ?? []).map { rule in
                    var rule = rule
                    guard rule["apiGroups"] == ["apps"] else { return rule }
                    rule["verbs"] = .array((rule["verbs"]?.items ?? []).filter { $0 != "patch" })
                    return rule
                })
            _ = try await send(admin, .put, roles + "/roles/linkspan", weaker)
            let bad = try await settled { !$0.isGood }
            #expect(
                bad.findings.filter { $0.verdict == .bad }.map(\.text) == [
                    "we may not patch deployments.apps in namespace \(namespace)",
                    "we may not patch statefulsets.apps in namespace \(namespace)",
                    "we may not patch deployments/scale.apps in namespace \(namespace)",
                    "we may not patch statefulsets/scale.apps in namespace \(namespace)",
                ])
        } catch {
            _ = try? await send(admin, .delete, home)
            throw error
        }
        _ = try await send(admin, .delete, home)
    }

    /// The same cluster, as the service account.
    private func kubeconfig(_ path: String, token: String) throws {
        let chosen = try Kubeconfig(context(path).readFile(path), file: path).selection(nil)
        let authority = try chosen.cluster.certificateAuthority?.bytes(context(path).readFile) ?? []
        try scratch.write(
            """
            current-context: x
            contexts: [{name: x, context: {cluster: c, user: deployer}}]
            clusters: [{name: c, cluster: {server: "\(chosen.cluster.server)",
              certificate-authority-data: \(Data(authority).base64EncodedString())}}]
            users: [{name: deployer, user: {token: \(token)}}]
            """, to: "config")
    }

    /// RBAC takes a moment to learn of a change.
    private func settled(_ isSo: (Examination) -> Bool) async throws -> Examination {
        for _ in 0..<20 {
            let examination = try await examine(scratch.path + "/config")
            if isSo(examination) { return examination }
            try await Task.sleep(for: .milliseconds(250))
        }
        return try await examine(scratch.path + "/config")
    }
}
