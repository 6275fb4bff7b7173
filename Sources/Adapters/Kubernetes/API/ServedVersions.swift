/// Which versions of its API a server speaks, as far as they differ between the servers that there are.
struct ServedVersions: Sendable, Equatable {
    /// `group/version` of everything that is served.
    let served: Set<String>

    init(_ served: Set<String>) {
        self.served = served
    }

    /// Served since 1.21 as `v1`, before as `v1beta1`.
    var cronJob: ResourceKind { newest("CronJob", "cronjobs", "batch", ["v1", "v1beta1"], probe: "cronjobs") }

    /// Served since 1.21 as `v1`, before as `v1beta1`.
    var podDisruptionBudget: ResourceKind {
        newest("PodDisruptionBudget", "poddisruptionbudgets", "policy", ["v1", "v1beta1"], probe: nil)
    }

    /// Served since 1.23 as `v2`, before as `v2beta2`.
    var horizontalPodAutoscaler: ResourceKind {
        newest("HorizontalPodAutoscaler", "horizontalpodautoscalers", "autoscaling", ["v2", "v2beta2"], probe: nil)
    }

    /// `nil` where the Gateway API is not installed.
    var httpRoute: ResourceKind? {
        for version in ["v1", "v1beta1"] where served.contains("gateway.networking.k8s.io/\(version)") {
            return ResourceKind("HTTPRoute", "httproutes", group: "gateway.networking.k8s.io", version: version)
        }
        return nil
    }

    /// Of `batch`, `v1` exists long before it holds CronJobs: there the older version's end tells.
    private func newest(_ kind: String, _ plural: String, _ group: String, _ versions: [String], probe: String?)
        -> ResourceKind
    {
        let isOld = probe != nil && served.contains("\(group)/v1beta1") && !served.contains("policy/v1")
        let version = isOld ? "v1beta1" : versions.first { served.contains("\(group)/\($0)") } ?? versions[0]
        return ResourceKind(kind, plural, group: group, version: version)
    }
}
