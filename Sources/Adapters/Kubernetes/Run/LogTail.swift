import APIClient

/// The last lines that a pod's container wrote.
struct LogTail: Sendable {
    let cluster: Cluster
    /// A line longer than this is cut.
    static let longest = 2_000
    /// What a kubelet that has thrown the file away says in the place of its lines.
    private static let excuses = ["unable to retrieve container logs for ", "failed to try resolving symlinks "]

    /// - Parameter previous: of the run before the one that is there now.
    func lines(_ pod: String, _ container: String, _ count: Int, previous: Bool) async throws -> [String] {
        var request = KubernetesCalls.log(
            of: pod, container: container, in: cluster.namespace, tail: count, isPrevious: previous)
        // A workload that never ends a line does not fill the memory.
        request.query.append(QueryItem("limitBytes", String(1 << 20)))
        let call = APICall<[UInt8]>(request, expecting: [200]) { response in response.body }
        let lines = try await cluster.send(call).split { $0 == 10 || $0 == 13 }
        return lines.suffix(count).map { line in
            String(decoding: line.prefix(Self.longest).filter { $0 != 0 }, as: UTF8.self)
        }.filter { line in !Self.excuses.contains { line.hasPrefix($0) } }
    }
}
