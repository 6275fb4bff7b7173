import JSONDocument

/// How two versions of an object differ, for a person to read.
enum ObjectDifference {
    /// Lines such as `- spec.replicas: 2` and `+ spec.replicas: 3`; values of Secrets are masked.
    static func lines(from live: JSONValue, to wanted: JSONValue) -> [String] {
        let isSecret = wanted["kind"]?.text == "Secret" || live["kind"]?.text == "Secret"
        let (old, new) = (flattened(live), flattened(wanted))
        var lines: [String] = []
        for path in Set(old.keys).union(new.keys).sorted() where old[path] != new[path] {
            let isMasked = isSecret && (path.hasPrefix("data") || path.hasPrefix("stringData"))
            if let value = old[path] { lines.append("- \(path): \(isMasked ? "***" : value)") }
            if let value = new[path] { lines.append("+ \(path): \(isMasked ? "***" : value)") }
        }
        return lines
    }

    /// What somebody wants of the object, without what the server writes by itself.
    static func content(_ document: JSONValue) -> String {
        flattened(document).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
    }

    /// Whether a line only says that the server has added a default, which it will add again.
    static func isDefault(_ line: String) -> Bool {
        guard line.hasPrefix("- ") else { return line.hasPrefix("+ metadata.name:") }
        return line.hasPrefix("- metadata.")
            || [
                "creationTimestamp", "terminationMessagePath", "terminationMessagePolicy", "dnsPolicy", "schedulerName",
                "successThreshold",
                "progressDeadlineSeconds", "imagePullPolicy", "apiVersion", "maxSurge", "maxUnavailable", "deprecated",
                "timeoutSeconds", "periodSeconds", "failureThreshold", "serviceAccount", "defaultMode", "scheme",
            ].contains { line.prefix { $0 != ":" }.hasSuffix("." + $0) }
            || line.hasPrefix("- spec.template.spec.securityContext")
    }

    /// What the server writes by itself is no difference.
    private static func isServers(_ path: String) -> Bool {
        [
            "metadata.managedFields", "metadata.resourceVersion", "metadata.generation", "metadata.creationTimestamp",
            "metadata.uid", "metadata.selfLink", "status",
        ].contains { path == $0 || path.hasPrefix($0 + ".") || path.hasPrefix($0 + "[") }
    }

    private static func flattened(_ value: JSONValue, at path: String = "") -> [String: String] {
        if isServers(path) { return [:] }
        switch value {
        case .object(let fields):
            return fields.reduce(into: [:]) { result, field in
                result.merge(flattened(field.value, at: path.isEmpty ? field.key : path + "." + field.key)) { $1 }
            }
        case .array(let items):
            return items.enumerated().reduce(into: [:]) { result, item in
                let key = item.element["name"]?.text ?? String(item.offset)
                result.merge(flattened(item.element, at: "\(path)[\(key)]")) { $1 }
            }
        default: return [path: value.compact]
        }
    }
}
