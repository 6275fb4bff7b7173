import JSONDocument

/// The ways to change a part of an object.
enum Patches {
    /// RFC 7386: what is there replaces, `null` takes away.
    static func merge(_ target: JSONValue, _ patch: JSONValue) -> JSONValue {
        guard let changes = patch.fields else { return patch }
        var fields = target.fields ?? [:]
        for (key, change) in changes {
            if change == .null {
                fields[key] = nil
            } else {
                fields[key] = merge(fields[key] ?? .object([:]), change)
            }
        }
        return .object(fields)
    }

    /// As merge, with lists of named things merged thing by thing.
    static func strategic(_ target: JSONValue, _ patch: JSONValue, at place: String = "") -> JSONValue {
        switch patch {
        case .object(let changes):
            var fields = target.fields ?? [:]
            for (key, change) in changes where key != "$patch" && !key.hasPrefix("$setElementOrder") {
                if change == .null {
                    fields[key] = nil
                } else {
                    fields[key] = strategic(fields[key] ?? .null, change, at: key)
                }
            }
            return .object(fields)
        case .array(let changes):
            guard let key = ListKeys.key(of: place, changes), let old = target.items else { return patch }
            var items = old
            for change in changes {
                let index = items.firstIndex { $0[key] == change[key] }
                if change["$patch"]?.text == "delete" {
                    if let index { items.remove(at: index) }
                } else if let index {
                    items[index] = strategic(items[index], change)
                } else {
                    items.append(change)
                }
            }
            return .array(items)
        default: return patch
        }
    }

    /// RFC 6902: add, replace, remove and test.
    static func json(_ target: JSONValue, _ operations: JSONValue) throws(APIProblem) -> JSONValue {
        var result = target
        for operation in operations.items ?? [] {
            let path = (operation["path"]?.text ?? "").split(separator: "/").map {
                String($0).replacing("~1", with: "/").replacing("~0", with: "~")
            }
            let name = operation["op"]?.text ?? ""
            guard
                let changed = apply(name, operation["value"], to: result, path[...])
            else {
                throw APIProblem(
                    422, "Invalid", "the server rejected our request due to an error in our request", details: [:])
            }
            result = changed
        }
        return result
    }

    private static func apply(_ name: String, _ value: JSONValue?, to target: JSONValue, _ path: ArraySlice<String>)
        -> JSONValue?
    {
        guard let first = path.first else { return name == "test" && target != value ? nil : value ?? target }
        let isLast = path.count == 1
        switch target {
        case .object(var fields):
            if isLast, name == "add" {
                fields[first] = value
                return .object(fields)
            }
            guard let inner = fields[first] else { return nil }
            if isLast, name == "remove" {
                fields[first] = nil
            } else {
                guard let changed = apply(name, value, to: inner, path.dropFirst()) else { return nil }
                fields[first] = changed
            }
            return .object(fields)
        case .array(var items):
            if isLast, name == "add", first == "-" {
                return value.map { .array(items + [$0]) }
            }
            guard let index = Int(first), index >= 0, index < items.count + (isLast && name == "add" ? 1 : 0) else {
                return nil
            }
            if isLast, name == "add", let value {
                items.insert(value, at: index)
            } else if isLast, name == "remove" {
                items.remove(at: index)
            } else {
                guard let changed = apply(name, value, to: items[index], path.dropFirst()) else { return nil }
                items[index] = changed
            }
            return .array(items)
        default: return nil
        }
    }
}

/// Lists whose items have a name of their own.
enum ListKeys {
    private static let keys = [
        "containers": "name", "initContainers": "name", "env": "name", "volumes": "name", "imagePullSecrets": "name",
        "volumeMounts": "mountPath", "conditions": "type", "secrets": "name", "ownerReferences": "uid",
    ]

    /// The field that tells the items of the list called `field` apart; `nil` for lists that are one value.
    static func key(of field: String, _ items: [JSONValue]) -> String? {
        if field == "ports" { return items.first?["containerPort"] == nil ? "port" : "containerPort" }
        return keys[field]
    }
}
