import APIClient

extension KubernetesCalls {
    /// A container's log as it is, or as it grows.
    /// - Parameters:
    ///   - tail: only so many of the newest lines.
    ///   - since: only what is from this second on, RFC 3339.
    ///   - isPrevious: the log of the container's last life instead of this one.
    static func log(
        of pod: String, container: String?, in namespace: String, tail: Int? = nil, since: String? = nil,
        follow: Bool = false, timestamps: Bool = false, isPrevious: Bool = false
    ) -> APIRequest {
        var query: [QueryItem] = []
        if let container { query.append(QueryItem("container", container)) }
        if let tail { query.append(QueryItem("tailLines", String(tail))) }
        if let since { query.append(QueryItem("sinceTime", since)) }
        for (name, isOn) in [("follow", follow), ("timestamps", timestamps), ("previous", isPrevious)] where isOn {
            query.append(QueryItem(name, "true"))
        }
        return APIRequest(
            .get, ResourceKind.pod.path(in: namespace) + "/\(pod)/log", query: query,
            timeouts: follow ? .untilItEnds : .standard)
    }
}
