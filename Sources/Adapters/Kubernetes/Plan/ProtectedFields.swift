import JSONDocument

/// The fields by which we find objects again, or that commands of ours own. No patch may change them.
enum ProtectedFields {
    /// A change that must not be.
    struct Change: Equatable {
        var field: String
        var reason: String
        var hint: String?
    }

    private static let found = "by it objects are found again"

    /// The first such change; `nil` when there is none.
    static func change(from before: JSONValue, to after: JSONValue) -> Change? {
        for (path, reason, hint) in rules(before["kind"]?.text ?? "")
        where value(path, before) != value(path, after) {
            return Change(field: path.joined(separator: "."), reason: reason, hint: hint)
        }
        for path in metadataPaths {
            let (old, new) = (value(path, before)?.fields ?? [:], value(path, after)?.fields ?? [:])
            let title = path.joined(separator: ".")
            for key in Set(old.keys).union(new.keys).sorted() where old[key] != new[key] {
                if isOurs(key) { return Change(field: "\(title)[\(key)]", reason: found) }
                if let value = new[key], value.text == nil {
                    return Change(field: "\(title)[\(key)]", reason: "it must be a text")
                }
            }
        }
        let known: Set = ["name", "namespace", "labels", "annotations"]
        if let field = after["metadata"]?.fields?.keys.sorted().first(where: { !known.contains($0) }) {
            return Change(field: "metadata.\(field)", reason: "of metadata, labels and annotations can be")
        }
        return containers(before).subtracting(containers(after)).sorted().first.map {
            Change(field: "the container \($0)", reason: "it is the process")
        }
    }

    private static func rules(_ kind: String) -> [(path: [String], reason: String, hint: String?)] {
        var rules: [(path: [String], reason: String, hint: String?)] = [
            (["apiVersion"], found, nil), (["kind"], found, nil), (["metadata", "name"], found, nil),
            (["metadata", "namespace"], found, "scheduler-kubernetes:set APP namespace NAME"),
            (["spec", "selector"], found, nil),
        ]
        switch kind {
        case "Deployment", "StatefulSet":
            rules.append((["spec", "replicas"], "the app's scale says how many there are", "ps:scale APP TYPE=NUMBER"))
            rules.append((["spec", "serviceName"], found, nil))
        case "HorizontalPodAutoscaler": rules.append((["spec", "scaleTargetRef"], found, nil))
        case "Secret":
            for field in ["data", "stringData", "immutable", "type"] {
                rules.append(([field], "a Secret of a release is named by what it holds", "config:set APP KEY=VALUE"))
            }
        default: break
        }
        return rules
    }

    private static let metadataPaths: [[String]] = [
        ["metadata"], ["spec", "template", "metadata"], ["spec", "jobTemplate", "metadata"],
        ["spec", "jobTemplate", "spec", "template", "metadata"],
    ].flatMap { [$0 + ["labels"], $0 + ["annotations"]] }

    private static func isOurs(_ key: String) -> Bool {
        key.hasPrefix("linkspan.dev/") || key == "app.kubernetes.io/managed-by"
    }

    private static func containers(_ document: JSONValue) -> Set<String> {
        let job = document["spec"]?["jobTemplate"]?["spec"]
        let pod = (job ?? document["spec"])?["template"]?["spec"]
        return Set(pod?["containers"]?.items?.compactMap { $0["name"]?.text } ?? [])
    }

    private static func value(_ path: [String], _ document: JSONValue) -> JSONValue? {
        path.reduce(Optional(document)) { $0?[$1] }
    }
}
