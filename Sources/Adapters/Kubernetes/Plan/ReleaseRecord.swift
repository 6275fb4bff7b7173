import AdapterKit
import FoundationEssentials
import JSONDocument

/// What the live release of an app consists of. It is kept in the cluster, in a ConfigMap beside what it tells of:
/// what it names and a later release does not, is pruned.
struct ReleaseRecord: Sendable, Equatable, Codable {
    /// An object of the release.
    struct Entry: Sendable, Hashable, Codable {
        var apiVersion: String
        var kind: String
        var plural: String
        var namespace: String
        var name: String
        /// The process type that it belongs to; `nil` for the app's.
        var process: String?

        init(_ object: KubernetesObject, process: ProcessType?) {
            apiVersion = object.kind.apiVersion
            kind = object.kind.kind
            plural = object.kind.plural
            namespace = object.namespace ?? ""
            name = object.name
            self.process = process?.description
        }

        /// Where it is reached.
        var resource: ResourceKind {
            let parts = apiVersion.split(separator: "/").map(String.init)
            return ResourceKind(
                kind, plural, group: parts.count == 2 ? parts[0] : "", version: parts.last ?? "v1")
        }

        /// `Deployment/shop-web`
        var title: String { "\(kind)/\(name)" }

        /// The same object, whichever version of its kind it was made with.
        var identity: String { "\(kind)/\(namespace)/\(name)" }
    }

    /// What serves a process type.
    struct Serving: Sendable, Equatable, Codable {
        var kind: String
        var workload: String
        var release: String
        /// How many instances the release wants.
        var quantity: Int
    }

    var entries: [Entry] = []
    /// By process type.
    var processes: [String: Serving] = [:]

    /// The ConfigMap in which it is kept.
    func object(_ metadata: ObjectMetadata, in namespace: String) throws -> KubernetesObject {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(self), as: UTF8.self)
        return metadata.object(
            .configMap, Names(app: metadata.app).record, in: namespace, ["data": ["release": .string(text)]])
    }

    /// Reads it back; an object that holds none is an empty record.
    init(_ document: JSONValue?) {
        guard let text = document?["data"]?["release"]?.text,
            let record = try? JSONDecoder().decode(Self.self, from: Data(text.utf8))
        else {
            self.init()
            return
        }
        self = record
    }

    init(entries: [Entry] = [], processes: [String: Serving] = [:]) {
        self.entries = entries
        self.processes = processes
    }

    /// What this names and `other` does not.
    func entries(missingIn other: ReleaseRecord) -> [Entry] {
        let kept = Set(other.entries.map(\.identity))
        return entries.filter { !kept.contains($0.identity) }
    }

    /// Both, for the time in which both are there.
    func joined(with other: ReleaseRecord) -> ReleaseRecord {
        ReleaseRecord(entries: entries + other.entries(missingIn: self), processes: processes)
    }
}
