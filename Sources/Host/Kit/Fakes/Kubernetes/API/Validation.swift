import JSONDocument

/// What the server refuses because of what an object says.
enum Validation {
    private typealias Cause = (field: String, reason: String, message: String)

    static func check(_ object: JSONValue, _ kind: Kind, before: JSONValue?) throws(APIProblem) {
        var causes: [Cause] = []
        checkName(object.objectName, &causes)
        switch kind.name {
        case "Deployment", "StatefulSet", "ReplicaSet": checkWorkload(object, kind, before, &causes)
        case "Pod": checkContainers(object.at("spec", "containers"), "spec", &causes)
        case "Job":
            checkContainers(object.at("spec", "template", "spec", "containers"), "spec.template.spec", &causes)
            if object.at("spec", "template", "spec", "restartPolicy") == "Always" {
                causes.append(
                    (
                        "spec.template.spec.restartPolicy", "FieldValueNotSupported",
                        "Unsupported value: \"Always\": supported values: \"OnFailure\", \"Never\""
                    ))
            }
            if let before, before.at("spec", "template") != object.at("spec", "template") {
                causes.append(("spec.template", "FieldValueInvalid", "Invalid value: field is immutable"))
            }
        case "CronJob":
            let schedule = object.at("spec", "schedule")?.text ?? ""
            let count = schedule.split(separator: " ").count
            if count != 5, !schedule.hasPrefix("@") {
                causes.append(
                    (
                        "spec.schedule", "FieldValueInvalid",
                        "Invalid value: \"\(schedule)\": Expected exactly 5 fields, found \(count): \(schedule)"
                    ))
            }
        case "Secret", "ConfigMap":
            if let before, before["immutable"]?.flag == true {
                for field in ["data", "binaryData"] where before[field] != object[field] {
                    causes.append(
                        (field, "FieldValueForbidden", "Forbidden: field is immutable when `immutable` is set"))
                }
            }
        default: break
        }
        guard causes.isEmpty else { throw .invalid(kind, object.objectName, causes) }
    }

    private static func checkName(_ name: String, _ causes: inout [Cause]) {
        if name.isEmpty {
            causes.append(("metadata.name", "FieldValueRequired", "Required value: name or generateName is required"))
            return
        }
        let isFine =
            name.utf8.count <= 253 && name.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789-.:".contains($0) }
        if !isFine || name.hasPrefix("-") || name.hasSuffix("-") {
            causes.append(
                (
                    "metadata.name", "FieldValueInvalid",
                    "Invalid value: \"\(name)\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric "
                        + "characters, '-' or '.', and must start and end with an alphanumeric character"
                ))
        }
    }

    private static func checkWorkload(
        _ object: JSONValue, _ kind: Kind, _ before: JSONValue?, _ causes: inout [Cause]
    ) {
        let labels = object.at("spec", "template", "metadata", "labels")
        let selector = object.at("spec", "selector")
        if selector == nil {
            causes.append(("spec.selector", "FieldValueRequired", "Required value"))
        } else if !LabelSelector(selector).matches(labels?.texts ?? [:]) {
            let shown = (labels?.texts ?? [:]).sorted { $0.key < $1.key }.map { "\"\($0)\":\"\($1)\"" }
            causes.append(
                (
                    "spec.template.metadata.labels", "FieldValueInvalid",
                    "Invalid value: map[string]string{\(shown.joined(separator: ", "))}: "
                        + "`selector` does not match template `labels`"
                ))
        }
        if let before, before.at("spec", "selector") != selector {
            causes.append(("spec.selector", "FieldValueInvalid", "Invalid value: field is immutable"))
        }
        if object.replicas < 0 {
            causes.append(
                (
                    "spec.replicas", "FieldValueInvalid",
                    "Invalid value: \(object.replicas): must be greater than or equal to 0"
                ))
        }
        checkContainers(object.at("spec", "template", "spec", "containers"), "spec.template.spec", &causes)
    }

    private static func checkContainers(_ containers: JSONValue?, _ place: String, _ causes: inout [Cause]) {
        let items = containers?.items ?? []
        if items.isEmpty { causes.append(("\(place).containers", "FieldValueRequired", "Required value")) }
        for (number, container) in items.enumerated() {
            for field in ["name", "image"] where (container[field]?.text ?? "").isEmpty {
                causes.append(("\(place).containers[\(number)].\(field)", "FieldValueRequired", "Required value"))
            }
        }
    }

    /// What server-side apply refuses before anything else.
    static func checkApplied(_ object: JSONValue, _ kind: Kind, _ name: String) throws(APIProblem) {
        func typed(_ message: String) -> APIProblem {
            APIProblem(500, "", "failed to create typed patch object: " + message)
        }
        if let replicas = object.at("spec", "replicas"), replicas.whole == nil, replicas != .null {
            throw typed(".spec.replicas: expected numeric (int or float), got another kind of value")
        }
        guard kind.name == "Service" else { return }
        for (number, port) in (object.at("spec", "ports")?.items ?? []).enumerated() where port["protocol"] == nil {
            throw typed(
                ".spec.ports: element \(number): associative list with keys has an element that omits key field "
                    + "\"protocol\" (and doesn't have default value)")
        }
    }
}
