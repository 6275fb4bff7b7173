import Testing

@testable import Kubernetes

/// Kubeconfigs as values: reading, merging, choosing.
struct KubeconfigTests {
    private func read(_ text: String, _ file: String = "/home/me/.kube/config") throws -> Kubeconfig {
        try Kubeconfig(Array(text.utf8), file: file)
    }

    @Test func everythingThatIsUnderstood() throws {
        let config = try read(
            """
            apiVersion: v1
            kind: Config
            preferences: {}
            current-context: a
            contexts:
            - {name: a, context: {cluster: c, user: u, namespace: n, extensions: []}}
            clusters:
            - name: c
              cluster:
                server: https://host:6443/
                certificate-authority: ca.pem
                tls-server-name: api
                proxy-url: socks5://proxy:1080
                insecure-skip-tls-verify: false
                extensions:
                - {name: client.authentication.k8s.io/exec, extension: {audience: x}}
            users:
            - name: u
              user:
                client-certificate-data: Y2VydA==
                client-certificate: ignored
                client-key: /abs/key
                tokenFile: ../token
                as: root
                as-groups: [a, b]
                exec:
                  apiVersion: client.authentication.k8s.io/v1
                  command: bin/plugin
                  args: [get, token]
                  env: [{name: A, value: b}]
                  provideClusterInfo: true
                  interactiveMode: IfAvailable
                  installHint: get it
            """)
        let chosen = try config.selection(nil)
        #expect(
            chosen.cluster
                == .init(
                    server: "https://host:6443", certificateAuthority: .file("/home/me/.kube/ca.pem"),
                    tlsServerName: "api", proxyURL: "socks5://proxy:1080", pluginConfiguration: ["audience": "x"]))
        #expect(chosen.namespace == "n")
        #expect(chosen.user.clientCertificate == .inline(Array("cert".utf8)))
        #expect(chosen.user.clientKey == .file("/abs/key"))
        #expect(chosen.user.tokenFile == "/home/me/.kube/../token")
        #expect(chosen.user.impersonatedGroups == ["a", "b"])
        #expect(
            chosen.user.exec
                == .init(
                    apiVersion: "client.authentication.k8s.io/v1", command: "/home/me/.kube/bin/plugin",
                    arguments: ["get", "token"], environment: ["A": "b"], wantsCluster: true, needsTerminal: false,
                    installHint: "get it"))
    }

    @Test func theFirstFileThatHasAnEntryWins() throws {
        var config = try read(
            "{contexts: [{name: a, context: {cluster: one, user: u}}], users: [{name: u, user: {token: first}}]}")
        config.fill(
            from: try read(
                """
                current-context: a
                contexts: [{name: a, context: {cluster: two}}, {name: b, context: {cluster: two}}]
                users: [{name: u, user: {token: second, username: added}}]
                clusters: [{name: one, cluster: {server: host}}]
                """, "/elsewhere/config"))
        let chosen = try config.selection(nil)
        #expect(chosen.cluster.server == "https://host")
        #expect(chosen.user == .init(token: "first"), "nothing is put together from two entries")
        #expect(config.contexts.keys.sorted() == ["a", "b"])
    }

    @Test func json() throws {
        #expect(try read(#"{"current-context": "a", "contexts": [], "users": null}"#).currentContext == "a")
        #expect(try read("") == Kubeconfig())
    }

    @Test(arguments: [
        ("- a", "it is no mapping"), ("users: {}", "users is no list"), ("users: [{}]", "users[0] has no name"),
        ("users: [{name: 1}]", "users[0].name is no text: put it in quotes"),
        ("users: [{name: a}, {name: a}]", "users has two entries called a"),
        ("users: [{name: a, user: canary}]", "users[0].user is no mapping"),
        ("users: [{name: a, user: {token: 123}}]", "users[0].user.token is no text: put it in quotes"),
        (
            "users: [{name: a, user: {client-key-data: 'canary!'}}]",
            "users[0].user.client-key-data is not encoded in base64"
        ),
        ("users: [{name: a, user: {exec: {command: x}}}]", "users[0].user.exec needs apiVersion and command"),
        ("clusters: [{name: a, cluster: {}}]", "clusters[0].cluster has no server"),
        (
            "clusters: [{name: a, cluster: {server: x, insecure-skip-tls-verify: 'true'}}]",
            "clusters[0].cluster.insecure-skip-tls-verify must be true or false"
        ),
        ("users:\n- name: [canary", "line 3, column 1: did not find expected ',' or ']'"),
    ])
    func malformed(_ text: String, _ problem: String) {
        #expect(throws: KubeconfigProblem.malformed(file: "f", problem)) { try read(text, "f") }
    }

    @Test func contextsThatLeadNowhere() throws {
        let config = try read(
            """
            contexts:
            - {name: a, context: {cluster: none}}
            - {name: b, context: {cluster: c, user: none}}
            - {name: d, context: {cluster: c, user: old}}
            - {name: e, context: {cluster: c}}
            clusters: [{name: c, cluster: {server: host}}]
            users: [{name: old, user: {auth-provider: {name: gcp}}}]
            """)
        let known = ["a", "b", "d", "e"]
        #expect(throws: KubeconfigProblem.noContext(known: known)) { try config.selection(nil) }
        #expect(throws: KubeconfigProblem.unknownContext("x", known: known)) { try config.selection("x") }
        #expect(throws: KubeconfigProblem.unknownEntry(context: "a", "cluster", "none")) { try config.selection("a") }
        #expect(throws: KubeconfigProblem.unknownEntry(context: "b", "user", "none")) { try config.selection("b") }
        #expect(throws: KubeconfigProblem.authProvider(user: "old", "gcp")) { try config.selection("d") }
        #expect(try config.selection("e").user == .init())
    }
}
