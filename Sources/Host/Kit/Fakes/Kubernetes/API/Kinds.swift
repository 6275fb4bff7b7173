import JSONDocument

/// A kind of object that the fake serves.
struct Kind: Sendable, Hashable {
    let group: String
    let version: String
    /// As paths spell it, such as `deployments`.
    let plural: String
    let name: String
    let isNamespaced: Bool
    let shortNames: [String]
    let subresources: [String]

    init(
        _ group: String, _ version: String, _ plural: String, _ name: String, namespaced: Bool = true,
        short: [String] = [], _ subresources: [String] = []
    ) {
        self.group = group
        self.version = version
        self.plural = plural
        self.name = name
        isNamespaced = namespaced
        shortNames = short
        self.subresources = subresources
    }

    var apiVersion: String { group.isEmpty ? version : group + "/" + version }

    /// The same objects are shown in each version of their group; this names them all.
    var collection: String { group.isEmpty ? plural : "\(plural).\(group)" }

    /// As messages name it, and `details.kind`.
    var qualified: String { collection }

    static let all: [Kind] = [
        Kind("", "v1", "namespaces", "Namespace", namespaced: false, short: ["ns"], ["finalize", "status"]),
        Kind("", "v1", "pods", "Pod", short: ["po"], ["exec", "attach", "log", "proxy", "status", "eviction"]),
        Kind("", "v1", "configmaps", "ConfigMap", short: ["cm"]),
        Kind("", "v1", "secrets", "Secret"),
        Kind("", "v1", "services", "Service", short: ["svc"], ["status"]),
        Kind("", "v1", "endpoints", "Endpoints", short: ["ep"]),
        Kind("", "v1", "events", "Event", short: ["ev"]),
        Kind("", "v1", "serviceaccounts", "ServiceAccount", short: ["sa"], ["token"]),
        Kind("", "v1", "nodes", "Node", namespaced: false, short: ["no"], ["status"]),
        Kind("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", short: ["pvc"], ["status"]),
        Kind("", "v1", "resourcequotas", "ResourceQuota", short: ["quota"], ["status"]),
        Kind("apps", "v1", "deployments", "Deployment", short: ["deploy"], ["scale", "status"]),
        Kind("apps", "v1", "replicasets", "ReplicaSet", short: ["rs"], ["scale", "status"]),
        Kind("apps", "v1", "statefulsets", "StatefulSet", short: ["sts"], ["scale", "status"]),
        Kind("batch", "v1", "jobs", "Job", ["status"]),
        Kind("batch", "v1", "cronjobs", "CronJob", short: ["cj"], ["status"]),
        Kind("batch", "v1beta1", "cronjobs", "CronJob", short: ["cj"], ["status"]),
        Kind("autoscaling", "v1", "horizontalpodautoscalers", "HorizontalPodAutoscaler", short: ["hpa"], ["status"]),
        Kind("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", short: ["hpa"], ["status"]),
        Kind(
            "autoscaling", "v2beta2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", short: ["hpa"],
            ["status"]),
        Kind("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", short: ["pdb"], ["status"]),
        Kind("policy", "v1beta1", "poddisruptionbudgets", "PodDisruptionBudget", short: ["pdb"], ["status"]),
        Kind("networking.k8s.io", "v1", "ingresses", "Ingress", short: ["ing"], ["status"]),
        Kind("networking.k8s.io", "v1", "ingressclasses", "IngressClass", namespaced: false),
        Kind("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"),
        Kind("discovery.k8s.io", "v1beta1", "endpointslices", "EndpointSlice"),
        Kind("storage.k8s.io", "v1", "storageclasses", "StorageClass", namespaced: false, short: ["sc"]),
        Kind("networking.k8s.io", "v1", "networkpolicies", "NetworkPolicy", short: ["netpol"]),
        Kind("coordination.k8s.io", "v1", "leases", "Lease"),
        Kind("rbac.authorization.k8s.io", "v1", "roles", "Role"),
        Kind("rbac.authorization.k8s.io", "v1", "rolebindings", "RoleBinding"),
    ]

    /// The versions that a minor release serves: what changed between 1.20 and 1.25.
    static func served(by minor: Int) -> [Kind] {
        all.filter { kind in
            switch kind.apiVersion {
            case "batch/v1" where kind.plural == "cronjobs": minor >= 21
            case "batch/v1beta1", "policy/v1beta1", "discovery.k8s.io/v1beta1": minor < 25
            case "policy/v1", "discovery.k8s.io/v1": minor >= 21
            case "autoscaling/v2": minor >= 23
            case "autoscaling/v2beta2": minor < 26
            default: true
            }
        }
    }
}
