import JSONDocument
import Traffic

/// A pod's page, passed on by the API server: `pods/NAME:PORT/proxy/PATH`.
struct PodProxy: Sendable {
    private let request: ServedRequest
    private let target: RequestHandler.Target
    private let cluster: Cluster

    init(_ request: ServedRequest, _ target: RequestHandler.Target, _ cluster: Cluster) {
        self.request = request
        self.target = target
        self.cluster = cluster
    }

    func answer() async throws -> Answer {
        let parts = (target.name ?? "").split(separator: ":").map(String.init)
        let name = parts.first(where: { $0 != "http" && $0 != "https" }) ?? ""
        let port = parts.last.flatMap { Int($0) } ?? 80
        let key = ObjectKey(collection: target.key.collection, namespace: target.namespace, name: name)
        guard let pod = await cluster.store[key] else { throw APIProblem.notFound(target.kind, name) }
        guard await cluster.serves(pod, port) else {
            let address = "\(pod.at("status", "podIP")?.text ?? ""):\(port)"
            throw APIProblem(
                503, "ServiceUnavailable",
                "error trying to reach service: dial tcp \(address): connect: connection refused", details: [:])
        }
        let path = request.path.split(separator: "/proxy", maxSplits: 1).dropFirst().first.map(String.init) ?? "/"
        return await WorkloadPages().answer(ServedRequest("GET", path))
    }
}

extension Cluster {
    /// Whether the pod's process runs and takes connections at `port`.
    fileprivate func serves(_ pod: JSONValue, _ port: Int) -> Bool {
        guard pods[pod.uid]?.isRunning == true, let container = pod.at("spec", "containers")?.items?.first else {
            return false
        }
        let words = ["command", "args"].flatMap { container[$0]?.items?.compactMap(\.text) ?? [] }
        guard case .runs(let workload) = Workload.start(words), workload.serves else { return false }
        return port == Int(environment(container, of: pod)["PORT"] ?? "") ?? 5_000
    }
}
