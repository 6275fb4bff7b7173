/// A kind of object: how it is written and where it is reached (API concepts, "Resource URIs").
struct ResourceKind: Sendable, Hashable {
    /// `Deployment`
    let kind: String
    /// `deployments`
    let plural: String
    /// `apps`; empty for the core group.
    let group: String
    /// `v1`
    let version: String
    /// Whether its objects live in a namespace.
    let isNamespaced: Bool

    init(_ kind: String, _ plural: String, group: String = "", version: String = "v1", isNamespaced: Bool = true) {
        self.kind = kind
        self.plural = plural
        self.group = group
        self.version = version
        self.isNamespaced = isNamespaced
    }

    /// `apps/v1`, as an object's `apiVersion` field has it.
    var apiVersion: String { group.isEmpty ? version : group + "/" + version }

    /// Where its objects are listed: all of a namespace, or all there are.
    func path(in namespace: String?) -> String {
        let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        guard isNamespaced, let namespace else { return "\(root)/\(plural)" }
        return "\(root)/namespaces/\(namespace)/\(plural)"
    }

    static let node = ResourceKind("Node", "nodes", isNamespaced: false)
    static let namespace = ResourceKind("Namespace", "namespaces", isNamespaced: false)
    static let pod = ResourceKind("Pod", "pods")
    static let service = ResourceKind("Service", "services")
    static let serviceAccount = ResourceKind("ServiceAccount", "serviceaccounts")
    static let secret = ResourceKind("Secret", "secrets")
    static let configMap = ResourceKind("ConfigMap", "configmaps")
    static let event = ResourceKind("Event", "events")
    static let persistentVolumeClaim = ResourceKind("PersistentVolumeClaim", "persistentvolumeclaims")
    static let deployment = ResourceKind("Deployment", "deployments", group: "apps")
    static let replicaSet = ResourceKind("ReplicaSet", "replicasets", group: "apps")
    static let statefulSet = ResourceKind("StatefulSet", "statefulsets", group: "apps")
    static let job = ResourceKind("Job", "jobs", group: "batch")
    static let ingress = ResourceKind("Ingress", "ingresses", group: "networking.k8s.io")
    static let lease = ResourceKind("Lease", "leases", group: "coordination.k8s.io")
    static let accessReview = ResourceKind(
        "SelfSubjectAccessReview", "selfsubjectaccessreviews", group: "authorization.k8s.io", isNamespaced: false)
}
