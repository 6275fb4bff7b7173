import APIClient
import JSONDocument

extension NomadCalls {
    /// With everything that lists leave out.
    static func allocation(_ id: String) -> APICall<Allocation?> {
        optional(APIRequest(.get, "/v1/allocation/\(path(id))"))
    }

    /// One of the two streams of what a task wrote.
    enum LogStream: String, Sendable, CaseIterable {
        case stdout, stderr
    }

    /// Where in a log to begin.
    enum LogStart: Sendable, Equatable {
        /// So many bytes after the oldest one that is kept.
        case start(Int)
        /// So many bytes before the end.
        case end(Int)
    }

    /// A task's log as frames (``LogFrames``), or as the bytes that it is made of when `isPlain`.
    static func logs(
        of allocation: String, task: String, _ stream: LogStream, from start: LogStart = .start(0),
        follow: Bool = false, isPlain: Bool = false
    ) -> APIRequest {
        var query = [QueryItem("task", task), QueryItem("type", stream.rawValue)]
        switch start {
        case .start(0): break
        case .start(let offset): query += [QueryItem("origin", "start"), QueryItem("offset", String(offset))]
        case .end(let offset): query += [QueryItem("origin", "end"), QueryItem("offset", String(offset))]
        }
        if follow { query.append(QueryItem("follow", "true")) }
        if isPlain { query.append(QueryItem("plain", "true")) }
        return APIRequest(
            .get, "/v1/client/fs/logs/\(path(allocation))", query: query,
            // While nothing is written, there is a heartbeat each second.
            timeouts: follow ? Timeouts(idle: isPlain ? nil : .seconds(30), total: nil) : .standard)
    }

    /// A command in a running task, over a WebSocket of ``ExecMessage``s.
    static func exec(_ allocation: String, task: String, _ command: [String], hasTerminal: Bool) -> APIRequest {
        APIRequest(
            .get, "/v1/client/allocation/\(path(allocation))/exec",
            query: [
                QueryItem("task", task), QueryItem("tty", hasTerminal ? "true" : "false"),
                QueryItem("command", JSONValue.array(command.map { .string($0) }).compact),
            ], timeouts: .untilItEnds)
    }
}
