import AdapterKit

/// The cluster that we run in ourselves, as a pod's service account (Kubernetes, "Accessing the API from a Pod").
enum PodIdentity {
    static let folder = "/var/run/secrets/kubernetes.io/serviceaccount"

    /// `nil` outside of a cluster.
    static func address(_ context: AdapterContext) throws -> ClusterAddress? {
        guard let host = context.variables["KUBERNETES_SERVICE_HOST"], !host.isEmpty else { return nil }
        let port = context.variables["KUBERNETES_SERVICE_PORT"] ?? "443"
        let namespace = try? context.readFile(folder + "/namespace")
        return ClusterAddress(
            name: "the cluster around this pod",
            cluster: Kubeconfig.Cluster(
                server: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)",
                certificateAuthority: .file(folder + "/ca.crt")),
            userName: "the pod's service account", user: Kubeconfig.User(tokenFile: folder + "/token"),
            namespace: namespace.map { String(decoding: $0, as: UTF8.self).trimmed }, source: folder)
    }
}
