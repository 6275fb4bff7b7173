import JSONDocument

/// Kubernetes' own way to merge a partial object into one ("Update API Objects in Place Using kubectl patch"): lists
/// whose items have a key are merged item by item, other lists are replaced, `null` removes a field, and `$patch` says
/// otherwise. What is new in a list comes last.
enum StrategicMerge {
    /// What cannot be merged, and where.
    struct Problem: Error, Equatable {
        /// `spec.template.spec.containers`
        var field: String
        var text: String
    }

    /// The merge keys of the built-in kinds, by the field that a list's owner is in (API reference, "patch merge
    /// key"). Lists that are not here are atomic; tolerations are, for one.
    private static let mergeKeys: [String: [String: String]] = [
        "": ["secrets": "name"],
        "spec": [
            "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "volumes": "name",
            "imagePullSecrets": "name", "hostAliases": "ip", "topologySpreadConstraints": "topologyKey",
            "resourceClaims": "name", "schedulingGates": "name", "ports": "port",
        ],
        "containers": containerKeys, "initContainers": containerKeys, "ephemeralContainers": containerKeys,
    ]
    private static let containerKeys = [
        "ports": "containerPort", "env": "name", "volumeMounts": "mountPath", "volumeDevices": "devicePath",
    ]

    /// - Throws: ``Problem``
    static func merge(_ patch: [String: JSONValue], into object: [String: JSONValue]) throws -> [String: JSONValue] {
        try merge(patch, into: object, at: []) ?? [:]
    }

    /// - Parameter path: the fields that lead here.
    /// - Returns: `nil` where the patch deletes the object.
    private static func merge(_ patch: [String: JSONValue], into object: [String: JSONValue], at path: [String]) throws
        -> [String: JSONValue]?
    {
        var patch = patch
        var merged = object
        switch try directive(takenFrom: &patch, at: path) {
        case .merge: break
        case .replace: merged = [:]
        case .delete: return nil
        }
        if let kept = patch.removeValue(forKey: "$retainKeys") {
            guard let names = kept.items?.compactMap(\.text) else {
                throw Problem(field: title(path), text: "$retainKeys must be a list of fields")
            }
            merged = merged.filter { names.contains($0.key) }
        }
        for (field, value) in patch.sorted(by: { $0.key < $1.key }) {
            let path = path + [field]
            guard !field.hasPrefix("$") else {
                throw Problem(field: title(path), text: "is no directive that is known")
            }
            switch value {
            case .null: merged[field] = nil
            case .object(let fields):
                merged[field] = try merge(fields, into: merged[field]?.fields ?? [:], at: path).map { .object($0) }
            case .array(let items):
                let key = mergeKeys[path.count > 1 ? path[path.count - 2] : ""]?[field]
                merged[field] = .array(
                    try key.map { try merge(items, into: merged[field]?.items ?? [], by: $0, at: path) } ?? items)
            default: merged[field] = value
            }
        }
        return merged
    }

    private static func merge(_ patch: [JSONValue], into list: [JSONValue], by key: String, at path: [String]) throws
        -> [JSONValue]
    {
        var merged = list
        // An item that is nothing but this stands for the list.
        let replacement: JSONValue = ["$patch": "replace"]
        if patch.contains(replacement) { merged = [] }
        for item in patch where item != replacement {
            guard let fields = item.fields, let name = fields[key], name != .null else {
                throw Problem(field: title(path), text: "has an item without \(key), by which its items are told apart")
            }
            let index = merged.firstIndex { $0[key] == name }
            let before = index.flatMap { merged[$0].fields } ?? [:]
            let after = try merge(fields, into: before, at: path).map { JSONValue.object($0) }
            switch (index, after) {
            case (let index?, let after?): merged[index] = after
            case (let index?, nil): merged.remove(at: index)
            case (nil, let after?): merged.append(after)
            case (nil, nil): break
            }
        }
        return merged
    }

    private enum Directive: String { case merge, replace, delete }

    private static func directive(takenFrom patch: inout [String: JSONValue], at path: [String]) throws -> Directive {
        guard let word = patch.removeValue(forKey: "$patch") else { return .merge }
        guard let directive = word.text.flatMap(Directive.init) else {
            throw Problem(field: title(path), text: "$patch must be delete, replace or merge")
        }
        return directive
    }

    private static func title(_ path: [String]) -> String {
        path.isEmpty ? "the document" : path.joined(separator: ".")
    }
}
