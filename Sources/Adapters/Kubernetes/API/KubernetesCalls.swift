import APIClient
import FoundationEssentials
import JSONDocument

/// The requests that are made of a cluster, as values.
enum KubernetesCalls {
    /// Who we are in the list of an object's field managers.
    static let manager = "linkspan"

    /// Server-side apply: the fields of `object` become as they are there, the object is made where there is none.
    /// - Parameters:
    ///   - force: take fields over that others manage; else that is a conflict (409).
    ///   - isTrial: only say what would come of it.
    static func apply(_ object: KubernetesObject, force: Bool = false, isTrial: Bool = false) -> APICall<JSONValue> {
        var query = [QueryItem("fieldManager", manager), QueryItem("force", force ? "true" : "false")]
        if isTrial { query.append(QueryItem("dryRun", "All")) }
        return APICall(
            APIRequest(
                .patch, object.kind.path(in: object.namespace) + "/" + object.name, query: query,
                // JSON is YAML.
                body: .init(bytes: Array(object.document.compact.utf8), contentType: "application/apply-patch+yaml"),
                isIdempotent: true), expecting: [200, 201])
    }

    /// Gives `live` the whole content of `object`, unless it has changed meanwhile.
    static func replace(_ object: KubernetesObject, live: JSONValue) -> APICall<JSONValue> {
        var operations: [JSONValue] = []
        if let version = live["metadata"]?["resourceVersion"] {
            operations.append(["op": "test", "path": "/metadata/resourceVersion", "value": version])
        }
        for part in ["labels", "annotations"] {
            let ours = object.document["metadata"]?[part]?.fields ?? [:]
            let all = (live["metadata"]?[part]?.fields ?? [:]).merging(ours) { $1 }
            operations.append(["op": "add", "path": .string("/metadata/" + part), "value": .object(all)])
        }
        for (field, value) in object.content.sorted(by: { $0.key < $1.key }) {
            operations.append(["op": "add", "path": .string("/" + field), "value": value])
        }
        return patch(object.kind, object.name, in: object.namespace, operations: operations)
    }

    static func create<Reply: Decodable>(_ object: KubernetesObject, as: Reply.Type = Reply.self) -> APICall<Reply> {
        APICall(
            APIRequest(
                .post, object.kind.path(in: object.namespace), query: [QueryItem("fieldManager", manager)],
                body: .init(bytes: Array(object.document.compact.utf8), contentType: "application/json")),
            expecting: [200, 201, 202])
    }

    static func get<Reply: Decodable>(
        _ kind: ResourceKind, _ name: String, in namespace: String?, as: Reply.Type = Reply.self
    ) -> APICall<Reply> {
        APICall(APIRequest(.get, kind.path(in: namespace) + "/" + name))
    }

    /// - Parameter selector: labels that must have these values; all objects without.
    static func list<Item: Decodable & Sendable>(
        _ kind: ResourceKind, in namespace: String?, selector: String = "", as: Item.Type = Item.self
    ) -> APICall<ObjectList<Item>> {
        let query = selector.isEmpty ? [] : [QueryItem("labelSelector", selector)]
        return APICall(APIRequest(.get, kind.path(in: namespace), query: query))
    }

    /// One that is gone already is fine. Its dependents go with it: without saying so, those of a CronJob would stay.
    /// - Parameters:
    ///   - version: the resource version that it must have besides.
    ///   - grace: seconds that a pod may take to end; its own when left out.
    static func delete(
        _ kind: ResourceKind, _ name: String, in namespace: String?,
        uid: String? = nil, version: String? = nil, grace: Int? = nil
    ) -> APICall<Void> {
        var options: [String: JSONValue] = ["propagationPolicy": "Background"]
        if let grace { options["gracePeriodSeconds"] = .integer(grace) }
        var conditions: [String: JSONValue] = [:]
        if let uid { conditions["uid"] = .string(uid) }
        if let version { conditions["resourceVersion"] = .string(version) }
        if !conditions.isEmpty { options["preconditions"] = .object(conditions) }
        return APICall(
            APIRequest(
                .delete, kind.path(in: namespace) + "/" + name,
                body: .init(bytes: Array(JSONValue.object(options).compact.utf8), contentType: "application/json")),
            expecting: [200, 202, 404])
    }

    /// A JSON merge patch (RFC 7396), of the object itself or of its `subresource`.
    static func patch(
        _ kind: ResourceKind, _ name: String, in namespace: String?, subresource: String? = nil, with change: JSONValue
    ) -> APICall<JSONValue> {
        APICall(
            APIRequest(
                .patch, kind.path(in: namespace) + "/" + name + (subresource.map { "/" + $0 } ?? ""),
                query: [QueryItem("fieldManager", manager)],
                body: .init(bytes: Array(change.compact.utf8), contentType: "application/merge-patch+json")))
    }

    /// A JSON patch (RFC 6902).
    static func patch(_ kind: ResourceKind, _ name: String, in namespace: String?, operations: [JSONValue])
        -> APICall<JSONValue>
    {
        APICall(
            APIRequest(
                .patch, kind.path(in: namespace) + "/" + name, query: [QueryItem("fieldManager", manager)],
                body: .init(
                    bytes: Array(JSONValue.array(operations).compact.utf8), contentType: "application/json-patch+json"))
        )
    }

    /// A stream of ``WatchEvent``, one a line.
    /// - Parameter from: the resource version after which events are wanted; `0` for any recent state first.
    static func watch(_ kind: ResourceKind, in namespace: String?, selector: String, from version: String)
        -> APIRequest
    {
        APIRequest(
            .get, kind.path(in: namespace),
            query: [
                QueryItem("watch", "true"), QueryItem("labelSelector", selector),
                QueryItem("resourceVersion", version), QueryItem("allowWatchBookmarks", "true"),
            ], timeouts: .untilItEnds)
    }

    /// What the cluster has to say about the object with this uid.
    static func events(about uid: String, in namespace: String) -> APICall<ObjectList<ClusterEvent>> {
        APICall(
            APIRequest(
                .get, ResourceKind.event.path(in: namespace),
                query: [QueryItem("fieldSelector", "involvedObject.uid=\(uid)")]))
    }

    /// The server's version as two numbers.
    static var version: APICall<(major: Int, minor: Int)> {
        APICall(APIRequest(.get, "/version"), expecting: [200]) { response in
            struct Version: Decodable { var major, minor: String }
            let version = try JSONDecoder().decode(Version.self, from: Data(response.body))
            // Distributions write `27+`.
            return (Int(version.major) ?? 1, Int(version.minor.prefix { $0.isNumber }) ?? 0)
        }
    }

    /// All groups and their versions.
    static var groups: APICall<ServedVersions> {
        APICall(APIRequest(.get, "/apis"), expecting: [200]) { response in
            struct List: Decodable {
                struct Group: Decodable {
                    struct Version: Decodable { var groupVersion: String }
                    var versions: [Version]
                }
                var groups: [Group]
            }
            let list = try JSONDecoder().decode(List.self, from: Data(response.body))
            return ServedVersions(Set(list.groups.flatMap { $0.versions.map(\.groupVersion) }))
        }
    }
}
