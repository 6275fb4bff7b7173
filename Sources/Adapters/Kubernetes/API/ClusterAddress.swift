/// Where a cluster is and who we are there, wherever that was found.
struct ClusterAddress: Sendable, Equatable {
    /// As messages name it, such as `context rig`.
    var name: String
    var cluster: Kubeconfig.Cluster
    /// As messages name it, such as `user admin`.
    var userName: String
    var user: Kubeconfig.User
    var namespace: String?
    /// What to look at when it does not work: the files that this came from.
    var source: String

    /// The server's host and port.
    var host: String {
        let authority = cluster.server.drop { $0 != "/" }.drop { $0 == "/" }.prefix { $0 != "/" }
        return String(authority.lastIndex(of: "@").map { authority[$0...].dropFirst() } ?? authority)
    }
}
