import JSONDocument
import Traffic

/// What a container has written.
struct PodLog: Sendable {
    private let request: ServedRequest
    private let target: RequestHandler.Target
    private let cluster: Cluster

    init(_ request: ServedRequest, _ target: RequestHandler.Target, _ cluster: Cluster) {
        self.request = request
        self.target = target
        self.cluster = cluster
    }

    func answer() async throws -> Answer {
        let output = try await cluster.output(
            target, container: request.query("container"), isPrevious: request.flag("previous"))
        let hasTimes = request.flag("timestamps")
        let limit = request.query("limitBytes").flatMap { Int($0) }
        let head = AnswerHead(200, [HTTPField("Content-Type", "text/plain")])
        guard let output else { return .whole(head, body: []) }
        let lines = await output.lines(from: 0)
        let since = await cluster.beginning(of: request)
        let all = since.map { since in lines.filter { $0.time.prefix(19) >= since } } ?? lines
        let last = request.query("tailLines").flatMap { Int($0) } ?? all.count
        let shown = all.suffix(max(0, last))
        @Sendable func bytes(_ lines: [PodOutput.Line]) -> [UInt8] {
            lines.flatMap { (hasTimes ? Array("\($0.time) ".utf8) : []) + $0.bytes }
        }
        guard request.flag("follow") else {
            let whole = bytes(Array(shown))
            return .whole(head, body: limit.map { Array(whole.prefix($0)) } ?? whole)
        }
        let present = lines.count
        return .stream(head) { write in
            if !shown.isEmpty { try await write(bytes(Array(shown))) }
            var count = present
            while let more = await output.more(than: count) {
                count += more.count
                try await write(bytes(more))
            }
        }
    }
}

extension Cluster {
    /// The second from which on a log is wanted; `nil` for its beginning.
    fileprivate func beginning(of request: ServedRequest) -> String? {
        if let time = request.query("sinceTime") { return String(time.prefix(19)) }
        return request.query("sinceSeconds").flatMap { Int($0) }.map { String(calendar.text(ago: $0).prefix(19)) }
    }

    /// The output of a pod's program; `nil` when it has none yet.
    func output(_ target: RequestHandler.Target, container: String?, isPrevious: Bool) throws(APIProblem) -> PodOutput?
    {
        guard let pod = store[target.key] else { throw .notFound(target.kind, target.name ?? "") }
        let names = (pod.at("spec", "containers")?.items ?? []).compactMap { $0["name"]?.text }
        if let container, !names.contains(container) {
            throw .badRequest("container \(container) is not valid for pod \(pod.objectName)")
        }
        if container == nil, names.count > 1 {
            throw .badRequest(
                "a container name must be specified for pod \(pod.objectName), choose one of: "
                    + "[\(names.joined(separator: " "))]")
        }
        let runs = pods[pod.uid]?.runs ?? []
        let name = container ?? names.first ?? ""
        if isPrevious {
            let isWaiting = pod.at("status", "containerStatuses")?.items?.first?.at("state", "waiting") != nil
            // While a container waits to be started again, the one before is the last that ran.
            guard runs.count > (isWaiting ? 0 : 1) else {
                throw .badRequest("previous terminated container \"\(name)\" in pod \"\(pod.objectName)\" not found")
            }
            return runs[runs.count - (isWaiting ? 1 : 2)]
        }
        guard let last = runs.last else {
            let reason = pod.at("status", "containerStatuses")?.items?.first?.at("state", "waiting", "reason")?.text
            guard let reason else { return nil }
            throw .badRequest("container \"\(name)\" in pod \"\(pod.objectName)\" is waiting to start: \(reason)")
        }
        return last
    }
}
