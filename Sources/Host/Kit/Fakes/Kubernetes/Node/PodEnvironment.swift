import JSONDocument

extension Cluster {
    /// The variables of a container of `pod`, secrets, settings and fields looked up.
    func environment(_ container: JSONValue, of pod: JSONValue) -> [String: String] {
        let namespace = pod.namespace
        var environment = [
            "PATH": "/bin", "KUBERNETES_SERVICE_HOST": "10.96.0.1",
            "HOSTNAME": pod.at("spec", "hostname")?.text ?? pod.objectName,
        ]
        for source in container["envFrom"]?.items ?? [] {
            for (name, value) in values(source["secretRef"], source["configMapRef"], namespace) ?? [:] {
                environment[(source["prefix"]?.text ?? "") + name] = value
            }
        }
        for variable in container["env"]?.items ?? [] {
            guard let name = variable["name"]?.text else { continue }
            if let value = variable["value"]?.text {
                environment[name] = Expansion.expanded(value, environment)
                continue
            }
            let source = variable["valueFrom"]
            if let path = source?.at("fieldRef", "fieldPath")?.text {
                environment[name] = Self.field(path, of: pod)
                continue
            }
            let reference = source?["secretKeyRef"] ?? source?["configMapKeyRef"]
            let found = values(source?["secretKeyRef"], source?["configMapKeyRef"], namespace)
            if let key = reference?["key"]?.text, let value = found?[key] { environment[name] = value }
        }
        return environment
    }

    /// What the downward API gives for a path such as `metadata.labels['app']`.
    private static func field(_ path: String, of pod: JSONValue) -> String {
        guard let open = path.firstIndex(of: "["), let close = path.lastIndex(of: "]") else {
            return pod.at(path.split(separator: ".").map(String.init))?.text ?? ""
        }
        let key = path[path.index(after: open)..<close].filter { $0 != "'" && $0 != "\"" }
        return pod.at(path[..<open].split(separator: ".").map(String.init) + [String(key)])?.text ?? ""
    }

    private func values(_ secret: JSONValue?, _ settings: JSONValue?, _ namespace: String) -> [String: String]? {
        if let name = secret?["name"]?.text {
            return store[ObjectKey(collection: "secrets", namespace: namespace, name: name)].map {
                ($0["data"]?.texts ?? [:]).mapValues { Encoding.text($0) }
            }
        }
        if let name = settings?["name"]?.text {
            return store[ObjectKey(collection: "configmaps", namespace: namespace, name: name)].map {
                $0["data"]?.texts ?? [:]
            }
        }
        return nil
    }

    /// A secret or map that a container needs and that is not there.
    func missingReference(_ container: JSONValue, in namespace: String) -> (kind: String, name: String)? {
        var references: [(kind: String, reference: JSONValue)] = []
        for source in container["envFrom"]?.items ?? [] {
            if let reference = source["secretRef"] { references.append(("secret", reference)) }
            if let reference = source["configMapRef"] { references.append(("configmap", reference)) }
        }
        for variable in container["env"]?.items ?? [] {
            if let reference = variable.at("valueFrom", "secretKeyRef") { references.append(("secret", reference)) }
            if let reference = variable.at("valueFrom", "configMapKeyRef") {
                references.append(("configmap", reference))
            }
        }
        for (kind, reference) in references where reference["optional"]?.flag != true {
            let name = reference["name"]?.text ?? ""
            if store[ObjectKey(collection: kind + "s", namespace: namespace, name: name)] == nil { return (kind, name) }
        }
        return nil
    }
}

/// `$(NAME)` in what a container is told to run, and to have in its environment.
package enum Expansion {
    /// `text` with every `$(NAME)` that is known replaced; `$$` is one dollar sign.
    package static func expanded(_ text: String, _ environment: [String: String]) -> String {
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            if rest.first == "$" {
                result += "$"
                rest.removeFirst()
            } else if rest.first == "(", let close = rest.firstIndex(of: ")"),
                let value = environment[String(rest[rest.index(after: rest.startIndex)..<close])]
            {
                result += value
                rest = rest[rest.index(after: close)...]
            } else {
                result += "$"
            }
        }
        return result + rest
    }
}
