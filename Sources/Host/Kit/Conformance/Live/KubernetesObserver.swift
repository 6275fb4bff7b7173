import APIClient
import Fakes
import FoundationEssentials
import JSONDocument
import Traffic

/// Looks at a real cluster, past the adapter, and clears up.
struct KubernetesObserver: Sendable {
    private let client: APIClient

    init(_ endpoint: APIEndpoint) {
        client = APIClient(transport: CurlTransport(endpoint: endpoint))
    }

    func get(_ path: String) async throws -> JSONValue {
        try await client.send(APICall(APIRequest(.get, path), expecting: [200]))
    }

    @discardableResult
    func create(_ object: JSONValue, at path: String) async throws -> JSONValue {
        try await client.send(
            APICall(
                APIRequest(
                    .post, path,
                    body: .init(bytes: Array(object.compact.utf8), contentType: "application/json")), expecting: [201]))
    }

    /// Deletes an object, or all of a collection; one that is gone already is fine.
    func delete(_ path: String, grace: Int? = nil) async {
        let options: JSONValue =
            grace.map { ["gracePeriodSeconds": .integer($0), "propagationPolicy": "Background"] }
            ?? ["propagationPolicy": "Background"]
        _ = try? await client.transport.response(
            to: APIRequest(
                .delete, path, body: .init(bytes: Array(options.compact.utf8), contentType: "application/json")))
    }

    // MARK: what is there

    /// Kinds of which a scheduler leaves something in a namespace. What the cluster writes down by itself about them,
    /// and takes away with them, is left out: endpoints, events.
    private static let kinds = [
        "/api/v1": [
            "pods", "services", "secrets", "configmaps", "serviceaccounts", "persistentvolumeclaims",
        ],
        "/apis/apps/v1": ["deployments", "replicasets", "statefulsets", "daemonsets"],
        "/apis/batch/v1": ["jobs", "cronjobs"], "/apis/batch/v1beta1": ["cronjobs"],
        "/apis/autoscaling/v1": ["horizontalpodautoscalers"],
        "/apis/policy/v1": ["poddisruptionbudgets"], "/apis/policy/v1beta1": ["poddisruptionbudgets"],
        "/apis/networking.k8s.io/v1": ["ingresses", "networkpolicies"],
        "/apis/rbac.authorization.k8s.io/v1": ["roles", "rolebindings"],
        "/apis/gateway.networking.k8s.io/v1": ["httproutes"],
    ]

    /// Kinds beyond namespaces.
    private static let wideKinds = [
        "/api/v1": ["namespaces", "persistentvolumes"],
        "/apis/rbac.authorization.k8s.io/v1": ["clusterroles", "clusterrolebindings"],
        "/apis/storage.k8s.io/v1": ["storageclasses"], "/apis/networking.k8s.io/v1": ["ingressclasses"],
    ]

    /// The objects of a namespace, the newer version of a kind that is served in two.
    func objects(in namespace: String) async throws -> [FakeObject] {
        var found: [String: JSONValue] = [:]
        try await withThrowingTaskGroup(of: (String, JSONValue?).self) { tasks in
            for (base, names) in Self.kinds {
                for name in names {
                    tasks.addTask { (name, try await list("\(base)/namespaces/\(namespace)/\(name)")) }
                }
            }
            for try await (name, list) in tasks { if let list { found[name] = list } }
        }
        let settings = Settings(found)
        return found.sorted { $0.key < $1.key }.flatMap { name, list in
            (list["items"]?.items ?? []).filter { !Self.comesWithNamespace($0, name) }
                .map { object($0, String((list["kind"]?.text ?? name).dropLast(4)), settings) }
        }
    }

    /// The objects outside of namespaces that have `mark` in their names or labels, with their paths.
    func wideObjects(with mark: String) async throws -> [(path: String, object: FakeObject)] {
        var found: [(String, FakeObject)] = []
        for (base, names) in Self.wideKinds {
            for name in names {
                guard let list = try await list("\(base)/\(name)") else { continue }
                for item in list["items"]?.items ?? [] {
                    let made = object(item, String((list["kind"]?.text ?? name).dropLast(4)), Settings([:]))
                    guard made.name.contains(mark) || made.labels.values.contains(where: { $0.contains(mark) }) else {
                        continue
                    }
                    found.append(("\(base)/\(name)/\(made.name)", made))
                }
            }
        }
        return found.sorted { $0.0 < $1.0 }
    }

    /// `nil` where the server has no such kind.
    private func list(_ path: String) async throws -> JSONValue? {
        let response = try await client.transport.response(to: APIRequest(.get, path))
        guard response.status != 404 else { return nil }
        guard response.status == 200 else { throw Broken("GET \(path) was answered with \(response.status)") }
        return try JSONValue(parsing: response.body)
    }

    private static func comesWithNamespace(_ item: JSONValue, _ kind: String) -> Bool {
        let name = item["metadata"]?["name"]?.text ?? ""
        return item["type"]?.text == "kubernetes.io/service-account-token"
            || (kind == "serviceaccounts" && name == "default") || (kind == "configmaps" && name == "kube-root-ca.crt")
    }

    // MARK: what an object is

    private func object(_ item: JSONValue, _ kind: String, _ settings: Settings) -> FakeObject {
        let metadata = item["metadata"]
        let isPod = kind == "Pod"
        let container = item["spec"]?["containers"]?.items?.first
        let state = item["status"]?["containerStatuses"]?.items?.first?["state"]
        return FakeObject(
            kind: kind.lowercased(), id: metadata?["uid"]?.text ?? "", name: metadata?["name"]?.text ?? "",
            labels: (metadata?["labels"]?.fields ?? [:]).compactMapValues(\.text),
            isRunning: isPod
                ? item["status"]?["phase"]?.text == "Running" && state?["running"] != nil : nil,
            environment: isPod ? settings.environment(of: container ?? [:], in: item) : [:],
            isHeld: kind == "CronJob" ? item["spec"]?["suspend"]?.flag ?? false : nil)
    }

    /// The values that containers take from Secrets and ConfigMaps.
    private struct Settings {
        private var values: [String: [String: String]] = [:]

        init(_ lists: [String: JSONValue]) {
            for (kind, isEncoded) in [("secrets", true), ("configmaps", false)] {
                for item in lists[kind]?["items"]?.items ?? [] {
                    values["\(kind)/\(item["metadata"]?["name"]?.text ?? "")"] = (item["data"]?.fields ?? [:])
                        .compactMapValues(\.text).mapValues { text in
                            guard isEncoded, let data = Data(base64Encoded: text) else { return text }
                            return String(decoding: data, as: UTF8.self)
                        }
                }
            }
        }

        private func group(_ source: JSONValue?, _ suffix: String) -> [String: String] {
            if let name = source?["secret" + suffix]?["name"]?.text { return values["secrets/" + name] ?? [:] }
            return source?["configMap" + suffix]?["name"]?.text.flatMap { values["configmaps/" + $0] } ?? [:]
        }

        func environment(of container: JSONValue, in pod: JSONValue) -> [String: String] {
            var found: [String: String] = [:]
            for source in container["envFrom"]?.items ?? [] {
                for (name, value) in group(source, "Ref") { found[(source["prefix"]?.text ?? "") + name] = value }
            }
            for variable in container["env"]?.items ?? [] {
                guard let name = variable["name"]?.text else { continue }
                let source = variable["valueFrom"]
                if let value = variable["value"]?.text {
                    found[name] = Expansion.expanded(value, found)
                } else if let path = source?["fieldRef"]?["fieldPath"]?.text {
                    found[name] =
                        path.split(separator: ".").reduce(Optional(pod)) { $0?[String($1)] }?.text ?? ""
                } else if let key = (source?["secretKeyRef"] ?? source?["configMapKeyRef"])?["key"]?.text {
                    found[name] = group(source, "KeyRef")[key]
                }
            }
            return found
        }
    }
}
