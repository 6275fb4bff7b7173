import AdapterKit
import Testing

@testable import Kubernetes

/// Where a cluster is looked for.
struct ClusterSearchTests {
    private func config(_ name: String, _ server: String) -> String {
        """
        current-context: \(name)
        contexts: [{name: \(name), context: {cluster: c-\(name), namespace: in-\(name)}}]
        clusters: [{name: c-\(name), cluster: {server: \(server)}}]
        """
    }

    private func search(
        _ files: [String: String], _ variables: [String: String] = [:], _ settings: [String: String] = [:]
    ) throws -> ClusterAddress {
        let settings = Settings(plugin: "scheduler-kubernetes", values: settings)
        let context = AdapterContext(
            settings: settings, variables: variables,
            readFile: { path in
                guard let text = files[path] else { throw AdapterError(.invalidSettings, "there is no file \(path)") }
                guard text != "locked" else { throw AdapterError(.hostTrouble, "\(path) may not be read") }
                return Array(text.utf8)
            }, runOnHost: { _ in .success }, now: { 0 })
        return try ClusterSearch(settings: KubernetesSettings(settings), context: context).address()
    }

    @Test func settingThenVariableThenHome() throws {
        let files = [
            "/set": config("set", "a"), "/var": config("var", "b"), "/me/.kube/config": config("home", "c"),
        ]
        #expect(try search(files, ["HOME": "/me"]).cluster.server == "https://c")
        #expect(try search(files, ["HOME": "/me", "KUBECONFIG": "/var"]).namespace == "in-var")
        #expect(try search(files, ["HOME": "/me", "KUBECONFIG": ""]).namespace == "in-home")
        #expect(try search(files, ["KUBECONFIG": "/var"], ["kubeconfig": "/set"]).name == "context set")
        let both = try search(files, [:], ["kubeconfig": "/none:/set:/var", "context": "var"])
        #expect(both.cluster.server == "https://b")
        #expect(try search(files, ["KUBECONFIG": "/none:/var:/set"]).name == "context var")
    }

    @Test func aPodKnowsItsCluster() throws {
        let pod = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "6443", "HOME": "/me"]
        let address = try search([PodIdentity.folder + "/namespace": "apps\n"], pod)
        #expect(address.cluster.server == "https://[fd00::1]:6443")
        #expect(address.cluster.certificateAuthority == .file(PodIdentity.folder + "/ca.crt"))
        #expect(address.user == .init(tokenFile: PodIdentity.folder + "/token"))
        #expect(address.namespace == "apps")
        #expect(try search(["/me/.kube/config": config("home", "c")], pod).name == "context home")
        #expect(throws: AdapterError.self) { try search([:], pod.merging(["KUBECONFIG": "/none"]) { $1 }) }
    }

    @Test func nothingFound() throws {
        #expect(throws: AdapterError(.hostTrouble, "/locked may not be read")) {
            try search(["/locked": "locked"], ["KUBECONFIG": "/locked"])
        }
        let error = #expect(throws: AdapterError.self) { try search([:], ["KUBECONFIG": "/a:/b"]) }
        #expect(error?.message == "no cluster is known: there is no kubeconfig at /a, nor at /b")
        #expect(error?.hint == "scheduler-kubernetes:set --global kubeconfig PATH")
        #expect(throws: AdapterError.self) { try search([:]) }
    }
}
