import APIClient
import FoundationEssentials

/// A filter of a list or of the events stream: `label`, `event`, `type`, … with the values that fit.
package typealias EngineFilters = [String: [String]]

private func filterItem(_ filters: EngineFilters) throws -> QueryItem {
    QueryItem("filters", String(decoding: try APIRequest.Body.json(filters).bytes, as: UTF8.self))
}

private func containerPath(_ id: String, _ action: String = "") -> String {
    "/containers/" + percentEncoded(id) + (action.isEmpty ? "" : "/" + action)
}

private struct RestartUpdate: Encodable {
    var RestartPolicy = ContainerSpec.RestartPolicySpec(Name: "no", MaximumRetryCount: 0)
}

private struct NetworkConnection: Encodable {
    var Container: String
}

extension APICall where Reply == [ContainerSummary] {
    /// Containers that fit `filters`, stopped ones included.
    package static func containers(_ filters: EngineFilters) throws -> Self {
        .init(APIRequest(.get, "/containers/json", query: [QueryItem("all", "true"), try filterItem(filters)]))
    }
}

extension APICall where Reply == ContainerCreated {
    package static func createContainer(_ spec: ContainerSpec, name: String, platform: String? = nil) throws -> Self {
        var query = [QueryItem("name", name)]
        if let platform { query.append(QueryItem("platform", platform)) }
        // No limit: the engine may have a large folder of the image to copy into a volume.
        return .init(
            APIRequest(.post, "/containers/create", query: query, body: try .json(spec), timeouts: .untilItEnds),
            expecting: [201])
    }
}

extension APICall where Reply == ContainerDetails {
    package static func inspectContainer(_ id: String) -> Self { .init(APIRequest(.get, containerPath(id, "json"))) }
}

extension APICall where Reply == [UInt8] {
    /// The engine's whole description of a container, as it came.
    package static func inspectContainerRaw(_ id: String) -> Self {
        .init(APIRequest(.get, containerPath(id, "json")), expecting: [200]) { $0.body }
    }

    /// The last `tail` log lines of a container, multiplexed unless it has a terminal.
    package static func logs(_ id: String, tail: Int) -> Self {
        .init(.logs(id, tail: tail, follow: false, timestamps: false), expecting: [200]) { $0.body }
    }
}

extension APICall where Reply == WaitResult {
    /// Answers when the container has stopped and been removed; asked before it starts, no exit is missed.
    package static func waitForRemoval(_ id: String) -> Self {
        .init(
            APIRequest(
                .post, containerPath(id, "wait"), query: [QueryItem("condition", "removed")], timeouts: .untilItEnds))
    }
}

extension APICall where Reply == Void {
    package static func startContainer(_ id: String) -> Self {
        .init(APIRequest(.post, containerPath(id, "start"), timeouts: .untilItEnds), expecting: [204, 304])
    }

    /// Signals the container's process; one that is not running (409) or gone (404) is as good as signalled.
    package static func killContainer(_ id: String, signal: String) -> Self {
        .init(
            APIRequest(.post, containerPath(id, "kill"), query: [QueryItem("signal", signal)]),
            expecting: [204, 404, 409])
    }

    /// Stops the container within `seconds`, then kills it. One that has stopped (304) or is gone (404) is fine.
    package static func stopContainer(_ id: String, seconds: Int) -> Self {
        .init(
            APIRequest(
                .post, containerPath(id, "stop"), query: [QueryItem("t", "\(seconds)")],
                timeouts: Timeouts(idle: nil, total: .seconds(seconds + 60))), expecting: [204, 304, 404])
    }

    /// Removes the container, running or not. One that is gone (404) or about to be (409) is fine.
    /// - Parameter withVolumes: its anonymous volumes go too, and the data in them.
    package static func removeContainer(_ id: String, withVolumes: Bool = false) -> Self {
        .init(
            APIRequest(
                .delete, containerPath(id), query: [QueryItem("force", "true"), QueryItem("v", "\(withVolumes)")]),
            expecting: [204, 404, 409])
    }

    package static func renameContainer(_ id: String, to name: String) -> Self {
        .init(APIRequest(.post, containerPath(id, "rename"), query: [QueryItem("name", name)]), expecting: [204])
    }

    /// Ends the engine's own restarting. A container that is gone is fine.
    package static func disableRestart(_ id: String) throws -> Self {
        .init(APIRequest(.post, containerPath(id, "update"), body: try .json(RestartUpdate())), expecting: [200, 404])
    }

    package static func resizeContainer(_ id: String, columns: Int, rows: Int) -> Self {
        .init(
            APIRequest(
                .post, containerPath(id, "resize"), query: [QueryItem("w", "\(columns)"), QueryItem("h", "\(rows)")]),
            expecting: [200, 404, 409])
    }

    package static func connect(container: String, toNetwork network: String) throws -> Self {
        .init(
            APIRequest(
                .post, "/networks/" + percentEncoded(network) + "/connect",
                body: try .json(NetworkConnection(Container: container))), expecting: [200])
    }
}

extension APIRequest {
    /// Log lines of a container; with `follow`, until it stops.
    /// - Parameter since: only lines from this time on, as seconds since 1970 with nanoseconds behind the point.
    package static func logs(_ id: String, tail: Int?, follow: Bool, timestamps: Bool, since: String? = nil)
        -> APIRequest
    {
        var query = [
            QueryItem("stdout", "true"), QueryItem("stderr", "true"), QueryItem("follow", "\(follow)"),
            QueryItem("timestamps", "\(timestamps)"), QueryItem("tail", tail.map(String.init) ?? "all"),
        ]
        if let since { query.append(QueryItem("since", since)) }
        return APIRequest(
            .get, containerPath(id, "logs"), query: query, timeouts: follow ? .untilItEnds : .standard)
    }

    /// Joins a container's streams. Asked before it starts, nothing is missed.
    package static func attach(_ id: String, input: Bool) -> APIRequest {
        APIRequest(
            .post, containerPath(id, "attach"),
            query: [
                QueryItem("stream", "true"), QueryItem("stdin", "\(input)"), QueryItem("stdout", "true"),
                QueryItem("stderr", "true"),
            ], timeouts: .untilItEnds)
    }

    /// Events that fit `filters`, from now on, one JSON document each.
    package static func events(_ filters: EngineFilters) throws -> APIRequest {
        APIRequest(.get, "/events", query: [try filterItem(filters)], timeouts: .untilItEnds)
    }
}
