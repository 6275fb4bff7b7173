/// Some things that we must be allowed to do with one resource.
struct Permission: Sendable, Hashable {
    /// Empty for the core group.
    let group: String
    /// With its subresource, as in `pods/exec`.
    let resource: String
    let verbs: [String]

    init(_ resource: String, group: String = "", _ verbs: [String]) {
        self.resource = resource
        self.group = group
        self.verbs = verbs
    }

    /// `deployments.apps`, as messages name it.
    var title: String { group.isEmpty ? resource : "\(resource).\(group)" }
}

/// All rights that the adapter makes use of. What is not here is not asked of a cluster.
struct Permissions: Sendable, Equatable {
    /// Within the app's namespace.
    let inNamespace: [Permission]
    /// Besides, to keep deploys by several hosts apart. Without it each deploys with a warning.
    let toLock = Permission("leases", group: "coordination.k8s.io", ["get", "create", "patch", "delete"])
    /// In the whole cluster, for apps whose namespace is not there yet.
    let toMakeNamespaces = Permission("namespaces", ["create"])
    /// In the whole cluster, to refuse an image that no node can run before it is pushed.
    let toSeeNodes = Permission("nodes", ["list"])

    /// - Parameter hasGateway: whether routes are attached to a Gateway.
    init(hasGateway: Bool) {
        let all = ["get", "list", "watch", "create", "patch", "delete"]
        inNamespace =
            [
                Permission("deployments", group: "apps", all), Permission("statefulsets", group: "apps", all),
                Permission("services", all), Permission("secrets", all), Permission("configmaps", all),
                Permission("serviceaccounts", all), Permission("persistentvolumeclaims", all), Permission("pods", all),
                Permission("jobs", group: "batch", all), Permission("cronjobs", group: "batch", all),
                Permission("poddisruptionbudgets", group: "policy", all),
                Permission("horizontalpodautoscalers", group: "autoscaling", all),
                Permission("ingresses", group: "networking.k8s.io", all),
            ] + (hasGateway ? [Permission("httproutes", group: "gateway.networking.k8s.io", all)] : []) + [
                Permission("replicasets", group: "apps", ["list"]),
                Permission("deployments/scale", group: "apps", ["get", "patch"]),
                Permission("statefulsets/scale", group: "apps", ["get", "patch"]),
                Permission("pods/log", ["get"]), Permission("pods/proxy", ["get"]),
                // A WebSocket begins with GET: servers before 1.32 take that for `get`, later ones ask for `create` too.
                Permission("pods/exec", ["create", "get"]), Permission("pods/attach", ["create", "get"]),
                Permission("events", ["list"]), Permission("namespaces", ["get"]),
            ]
    }

    /// The smallest Role that will do, and ClusterRoles for what is not in a namespace, as YAML.
    func manifest(namespace: String) -> String {
        var lines = [
            "apiVersion: rbac.authorization.k8s.io/v1", "kind: Role", "metadata:", "  name: linkspan",
            "  namespace: \(namespace)", "rules:",
        ]
        var rules: [(group: String, verbs: [String], resources: [String])] = []
        for permission in inNamespace + [toLock] {
            if let index = rules.firstIndex(where: { $0.group == permission.group && $0.verbs == permission.verbs }) {
                rules[index].resources.append(permission.resource)
            } else {
                rules.append((permission.group, permission.verbs, [permission.resource]))
            }
        }
        for rule in rules { lines += Self.rule(rule.group, rule.resources, rule.verbs) }
        for (why, permission) in [
            ("Only where namespaces are to be made.", toMakeNamespaces),
            ("Only to refuse images that no node can run before they are pushed.", toSeeNodes),
        ] {
            lines += [
                "---", "# " + why, "apiVersion: rbac.authorization.k8s.io/v1", "kind: ClusterRole", "metadata:",
                "  name: linkspan-\(permission.resource)", "rules:",
            ]
            lines += Self.rule(permission.group, [permission.resource], permission.verbs)
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func rule(_ group: String, _ resources: [String], _ verbs: [String]) -> [String] {
        [
            "- apiGroups: [\"\(group)\"]", "  resources: [\(resources.joined(separator: ", "))]",
            "  verbs: [\(verbs.joined(separator: ", "))]",
        ]
    }
}
