import JSONDocument
import Traffic

/// A Kubernetes cluster of one node, acted out: the part of its API that a scheduler adapter uses.
///
/// Objects, their versions and watches are kept as a real server keeps them; controllers make ReplicaSets of
/// Deployments, pods of those, and endpoints of Services; pods run ``Workload``. It is held to recordings of a real
/// server by `FakesTests`.
package final class KubernetesFake: FakeBackend {
    package struct Configuration: Sendable {
        /// How much faster than real time runs.
        package var speed: Double = 1
        /// The minor release of Kubernetes 1 that it shows itself as.
        package var minor = 20
        /// Which images the node can have; `nil` for all.
        package var images: Set<String>?
        /// What an image runs that is not told what to run.
        package var defaultCommand = ["kit", "serve"]
        /// Who may do what, by bearer token. Another token is answered with 401.
        package var tokens: [String: KubernetesAccess] = [:]
        /// What a request without a token may do: as a client certificate decides on a real server.
        package var withoutToken = KubernetesAccess.everything
        package var namespaces = ["default", "kube-system"]

        package init() {}
    }

    let cluster: Cluster
    private let configuration: Configuration

    package init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        cluster = Cluster(configuration)
    }

    package func answer(_ request: ServedRequest) async -> Answer {
        await RequestHandler(request, configuration, cluster).answer()
    }

    package func objects() async -> [FakeObject] { await cluster.fakeObjects() }

    // MARK: what a test can make happen

    /// Takes everything down to the pods' programs.
    package func stop() async { await cluster.stop() }

    /// Forgets earlier changes: a watch from before is answered with 410.
    package func compact() async { await cluster.compact() }

    /// Starts a cron job's task now; the fake never does so by itself.
    package func fire(cronJob name: String, in namespace: String) async { await cluster.fire(name, namespace) }
}

/// What a client of the fake may do.
package struct KubernetesAccess: Sendable, Equatable {
    /// As the server calls it in messages.
    package var user: String
    /// `get`, `list`, `create` … by `pods`, `deployments.apps`, `pods/exec`; `*` stands for everything.
    package var rules: [String: Set<String>]

    package init(user: String, rules: [String: Set<String>]) {
        self.user = user
        self.rules = rules
    }

    package static let everything = KubernetesAccess(user: "kubernetes-admin", rules: ["*": ["*"]])

    package func allows(_ verb: String, _ resource: String) -> Bool {
        [rules["*"], rules[resource]].contains { $0?.contains(verb) == true || $0?.contains("*") == true }
    }
}
