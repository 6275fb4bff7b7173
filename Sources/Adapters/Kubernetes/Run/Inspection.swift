import APIClient
import AdapterKit
import FoundationEssentials
import JSONDocument

extension KubernetesAdapter: Inspecting {
    func inspect(_ app: App) async throws -> [UInt8] {
        let cluster = try await connection.cluster()
        return try await ClusterTrouble.translating("inspect \(app.name)") {
            let objects = try await Inspection(cluster: cluster, origin: settings.origin).objects(of: app.name)
            return Array((JSONValue.array(objects).indented(by: 4) + "\n").utf8)
        }
    }
}

/// An app's objects as the cluster describes them, without secrets.
struct Inspection: Sendable {
    let cluster: Cluster
    let origin: String

    func objects(of app: AppName) async throws -> [JSONValue] {
        let versions = try await cluster.send(KubernetesCalls.groups)
        let kinds: [ResourceKind] =
            [
                .pod, .deployment, .statefulSet, .service, .ingress, .serviceAccount, .configMap, .secret,
                versions.cronJob, .job, versions.podDisruptionBudget, versions.horizontalPodAutoscaler,
            ] + [versions.httpRoute].compactMap { $0 }
        let selector = Label.selector(app, origin: origin)
        let found = try await throttled(kinds, atOnce: 8) { kind -> [JSONValue] in
            do {
                let list = try await cluster.send(
                    KubernetesCalls.list(kind, in: cluster.namespace, selector: selector, as: JSONValue.self))
                // The items of a list do not say what they are.
                return list.items.map { item in
                    var item = item
                    item["kind"] = .string(kind.kind)
                    item["apiVersion"] = .string(kind.apiVersion)
                    return item
                }
            } catch let failure as APIFailure where kind != .pod && [403, 404].contains(failure.status) {
                // Not served here, or not ours to see.
                return []
            }
        }.flatMap { $0 }
        let secrets = found.filter { $0["kind"]?.text == ResourceKind.secret.kind }
        let mask = SecretMask(secrets.flatMap(Self.pairs))
        return found.map { $0.withoutSecrets().masked(mask) }
    }

    /// `NAME=value` for each value of a Secret.
    private static func pairs(_ secret: JSONValue) -> [String] {
        (secret["data"]?.fields ?? [:]).compactMap { name, value in
            value.text.flatMap { Data(base64Encoded: $0) }.map { "\(name)=\(String(decoding: $0, as: UTF8.self))" }
        }
    }
}

extension JSONValue {
    private static let mark = JSONValue.string("XXXXXX")

    /// Values of variables and of Secrets replaced; what only the server keeps for itself left out.
    fileprivate func withoutSecrets() -> JSONValue {
        var document = self
        if let metadata = self["metadata"]?.fields {
            // Who set which field repeats the object; what was applied last holds it a second time.
            var kept = metadata.filter { $0.key != "managedFields" }
            kept["annotations"] = metadata["annotations"]?.fields.map { annotations in
                .object(annotations.filter { $0.key != "kubectl.kubernetes.io/last-applied-configuration" })
            }
            document["metadata"] = .object(kept)
        }
        if self["kind"]?.text == ResourceKind.secret.kind {
            for key in ["data", "stringData"] {
                if let fields = self[key]?.fields { document[key] = .object(fields.mapValues { _ in Self.mark }) }
            }
        }
        return document.maskingVariables()
    }

    /// Each text without the secrets of `mask`: a command may have config filled in.
    fileprivate func masked(_ mask: SecretMask) -> JSONValue {
        switch self {
        case .string(let text): .string(mask.masked(text))
        case .array(let items): .array(items.map { $0.masked(mask) })
        case .object(let fields): .object(fields.mapValues { $0.masked(mask) })
        default: self
        }
    }

    /// Each value of each `env` list replaced, but for names that hold no secret (contract 2.18).
    private func maskingVariables() -> JSONValue {
        switch self {
        case .object(let fields):
            .object(
                Dictionary(
                    uniqueKeysWithValues: fields.map { key, value in
                        guard key == "env", case .array(let entries) = value else {
                            return (key, value.maskingVariables())
                        }
                        return (key, .array(entries.map(\.maskedVariable)))
                    }))
        case .array(let items): .array(items.map { $0.maskingVariables() })
        default: self
        }
    }

    private var maskedVariable: JSONValue {
        guard let name = self["name"]?.text, self["value"] != nil else { return self }
        let open = ["CACHE_PATH", "DYNO", "PATH", "PORT", "USER"]
        guard !open.contains(name), !["DOCKER_", "DOKKU_"].contains(where: { name.hasPrefix($0) }) else { return self }
        var masked = self
        masked["value"] = Self.mark
        return masked
    }
}
