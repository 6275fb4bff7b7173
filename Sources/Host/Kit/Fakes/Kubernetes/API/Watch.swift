import JSONDocument
import Traffic

/// An answer that tells of changes until the client leaves or the time is up.
struct Watch: Sendable {
    private let target: RequestHandler.Target
    private let selection: Selection
    private let request: ServedRequest
    private let cluster: Cluster

    init(_ target: RequestHandler.Target, _ selection: Selection, _ request: ServedRequest, _ cluster: Cluster) {
        self.target = target
        self.selection = selection
        self.request = request
        self.cluster = cluster
    }

    func answer() async throws -> Answer {
        let asked = request.query("resourceVersion") ?? ""
        var since: Int?
        if !asked.isEmpty, asked != "0" {
            guard let version = Int(asked) else {
                throw APIProblem(
                    500, "",
                    "resourceVersion: Invalid value: \"\(asked)\": strconv.ParseUint: parsing \"\(asked)\": "
                        + "invalid syntax")
            }
            since = version
        }
        let head = AnswerHead(200, [HTTPField("Content-Type", "application/json")])
        let (target, selection, cluster) = (self.target, self.selection, self.cluster)
        guard let changes = await cluster.changes(since: since) else {
            // The connection stands, so that the news of what went wrong is an event.
            return .stream(head) { write in
                try await write(
                    Self.line(
                        "ERROR",
                        APIProblem(410, "Expired", "too old resource version: \(asked) (\(await cluster.version))")
                            .document))
            }
        }
        let present = since == nil ? await cluster.list(target, selection)["items"]?.items ?? [] : []
        let seconds = request.query("timeoutSeconds").flatMap { Double($0) } ?? 1_800
        let wantsBookmarks = request.flag("allowWatchBookmarks")
        return .stream(head) { write in
            defer { Task { await cluster.endWatch(changes.number) } }
            for object in present { try await write(Self.line("ADDED", await cluster.shown(object, target.kind))) }
            for change in changes.past { try await tell(change, write) }
            let timer = Task {
                await cluster.clock.pause(seconds)
                await cluster.endWatch(changes.number)
            }
            defer { timer.cancel() }
            for await change in changes.coming { try await tell(change, write) }
            guard wantsBookmarks, !Task.isCancelled else { return }
            try await write(
                Self.line(
                    "BOOKMARK",
                    [
                        "apiVersion": .string(target.kind.apiVersion), "kind": .string(target.kind.name),
                        "metadata": [
                            "resourceVersion": .string(String(await cluster.version)), "creationTimestamp": .null,
                        ],
                    ]))
        }
        /// Only what the selection holds, and what leaves it.
        @Sendable func tell(_ change: Change, _ write: @Sendable ([UInt8]) async throws -> Void) async throws {
            guard change.key.collection == target.kind.collection,
                target.namespace.isEmpty || change.key.namespace == target.namespace,
                target.name == nil || change.key.name == target.name
            else { return }
            let isIn = selection.matches(change.object)
            let wasIn = change.before.map { selection.matches($0) } ?? false
            let word: String? =
                switch change.kind {
                case .deleted: wasIn ? "DELETED" : nil
                case _ where isIn: wasIn ? "MODIFIED" : "ADDED"
                default: wasIn ? "DELETED" : nil
                }
            if let word { try await write(Self.line(word, await cluster.shown(change.object, target.kind))) }
        }
    }

    private static func line(_ type: String, _ object: JSONValue) -> [UInt8] {
        Array((JSONValue.object(["type": .string(type), "object": object]).compact + "\n").utf8)
    }
}

extension Cluster {
    var version: Int { store.version }
}
