import JSONDocument

/// An object as we want it to be: only the fields that are ours.
struct KubernetesObject: Sendable, Equatable {
    var kind: ResourceKind
    var name: String
    /// `nil` for objects that live in no namespace.
    var namespace: String?
    var labels: [String: String]
    var annotations: [String: String]
    /// Everything beside `apiVersion`, `kind` and `metadata`: `spec`, `data` and the like.
    var content: [String: JSONValue]

    init(
        _ kind: ResourceKind, _ name: String, in namespace: String?, labels: [String: String] = [:],
        annotations: [String: String] = [:], _ content: [String: JSONValue] = [:]
    ) {
        self.kind = kind
        self.name = name
        self.namespace = kind.isNamespaced ? namespace : nil
        self.labels = labels
        self.annotations = annotations
        self.content = content
    }

    /// `Deployment/shop-web`, as messages name it.
    var title: String { "\(kind.kind)/\(name)" }

    /// As the API takes it.
    var document: JSONValue {
        var metadata: [String: JSONValue] = ["name": .string(name)]
        if let namespace { metadata["namespace"] = .string(namespace) }
        if !labels.isEmpty { metadata["labels"] = .object(labels.mapValues { .string($0) }) }
        if !annotations.isEmpty { metadata["annotations"] = .object(annotations.mapValues { .string($0) }) }
        var document = content
        document["apiVersion"] = .string(kind.apiVersion)
        document["kind"] = .string(kind.kind)
        document["metadata"] = .object(metadata)
        return .object(document)
    }
}
