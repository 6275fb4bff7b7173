import JSONDocument

/// Who has said what about an object: enough of server-side apply's bookkeeping to refuse what another holds and to
/// take away what nobody holds any more.
struct FieldManagers: Sendable {
    /// Leaves by manager.
    private var owned: [String: Set<FieldPath>] = [:]

    /// Puts `configuration` over `live` in the name of `manager`.
    /// - Throws: a conflict when another manager holds a field with another value, unless `force`.
    mutating func apply(_ configuration: JSONValue, to live: JSONValue, by manager: String, force: Bool)
        throws(APIProblem) -> JSONValue
    {
        let wanted = FieldPath.leaves(of: configuration)
        var conflicts: [(manager: String, path: FieldPath)] = []
        for (other, paths) in owned where other != manager {
            for path in paths.intersection(wanted.keys) where path.value(in: live) != wanted[path] {
                conflicts.append((other, path))
            }
        }
        if !conflicts.isEmpty, !force { throw Self.conflict(conflicts) }
        for (other, path) in conflicts { owned[other]?.remove(path) }
        var result = FieldPath.merged(live, configuration)
        let left = (owned[manager] ?? []).subtracting(wanted.keys)
        owned[manager] = Set(wanted.keys)
        for path in left.sorted() where !owned.values.contains(where: { $0.contains(path) }) {
            result = path.removed(from: result)
        }
        return result
    }

    /// Notes what a write that is no apply has changed.
    mutating func note(_ before: JSONValue?, _ after: JSONValue, by manager: String) {
        let old = before.map { FieldPath.leaves(of: $0) } ?? [:]
        let changed = FieldPath.leaves(of: after).filter { old[$0.key] != $0.value }.keys
        for other in owned.keys where other != manager { owned[other]?.subtract(changed) }
        owned[manager, default: []].formUnion(changed)
    }

    private static func conflict(_ conflicts: [(manager: String, path: FieldPath)]) -> APIProblem {
        let sorted = conflicts.sorted { ($0.manager, $0.path) < ($1.manager, $1.path) }
        let first = sorted[0]
        let message =
            sorted.count == 1
            ? "Apply failed with 1 conflict: conflict with \"\(first.manager)\": \(first.path.text)"
            : "Apply failed with \(sorted.count) conflicts: conflicts with \"\(first.manager)\":\n"
                + sorted.map { "- \($0.path.text)" }.joined(separator: "\n")
        return APIProblem(
            409, "Conflict", message,
            details: [
                "causes": .array(
                    sorted.map {
                        [
                            "reason": "FieldManagerConflict", "message": .string("conflict with \"\($0.manager)\""),
                            "field": .string($0.path.text),
                        ]
                    })
            ])
    }
}

/// A place in an object, with the names of list items in it.
struct FieldPath: Sendable, Hashable, Comparable {
    private enum Part: Sendable, Hashable {
        case field(String)
        case item(key: String, value: JSONValue)
    }

    private var parts: [Part]

    static func < (left: Self, right: Self) -> Bool { left.text < right.text }

    var text: String {
        parts.map {
            switch $0 {
            case .field(let name): ".\(name)"
            case .item(let key, let value): "[\(key)=\(value.compact)]"
            }
        }.joined()
    }

    /// Every value that an object sets, what identifies the object left out.
    static func leaves(of object: JSONValue) -> [FieldPath: JSONValue] {
        var found: [FieldPath: JSONValue] = [:]
        var object = object
        for key in ["apiVersion", "kind", "status"] { object[key] = nil }
        for key in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp", "generation", "generateName"] {
            object["metadata"]?[key] = nil
        }
        gather(object, FieldPath(parts: []), "", &found)
        return found
    }

    private static func gather(
        _ value: JSONValue, _ path: FieldPath, _ field: String, _ found: inout [FieldPath: JSONValue]
    ) {
        if let fields = value.fields, !fields.isEmpty {
            for (key, inner) in fields { gather(inner, path.adding(.field(key)), key, &found) }
        } else if let items = value.items, let key = ListKeys.key(of: field, items),
            items.allSatisfy({ $0[key] != nil })
        {
            for item in items {
                guard let name = item[key] else { continue }
                gather(item, path.adding(.item(key: key, value: name)), "", &found)
            }
        } else if !path.parts.isEmpty, value.fields == nil {
            found[path] = value
        }
    }

    private func adding(_ part: Part) -> FieldPath { FieldPath(parts: parts + [part]) }

    func value(in object: JSONValue) -> JSONValue? {
        parts.reduce(Optional(object)) { found, part in
            switch part {
            case .field(let name): found?[name]
            case .item(let key, let value): found?.items?.first { $0[key] == value }
            }
        }
    }

    func removed(from object: JSONValue) -> JSONValue { Self.removed(parts[...], from: object) }

    private static func removed(_ parts: ArraySlice<Part>, from value: JSONValue) -> JSONValue {
        guard let first = parts.first else { return value }
        var value = value
        switch first {
        case .field(let name):
            guard let inner = value[name] else { return value }
            value[name] = parts.count == 1 ? nil : removed(parts.dropFirst(), from: inner)
            // An object that was there for this field only goes with it.
            if parts.count > 1, value[name]?.fields?.isEmpty == true { value[name] = nil }
            return value
        case .item(let key, let wanted):
            guard var items = value.items, let index = items.firstIndex(where: { $0[key] == wanted }) else {
                return value
            }
            items[index] = removed(parts.dropFirst(), from: items[index])
            if (items[index].fields ?? [:]).count <= 1, parts.count > 1 { items.remove(at: index) }
            return .array(items)
        }
    }

    /// `live` with everything that `configuration` sets.
    static func merged(_ live: JSONValue, _ configuration: JSONValue, at field: String = "") -> JSONValue {
        switch configuration {
        case .object(let changes):
            var fields = live.fields ?? [:]
            for (key, change) in changes { fields[key] = merged(fields[key] ?? .null, change, at: key) }
            return .object(fields)
        case .array(let changes):
            guard let key = ListKeys.key(of: field, changes), let old = live.items else { return configuration }
            var items = old
            for change in changes {
                if let index = items.firstIndex(where: { $0[key] == change[key] }) {
                    items[index] = merged(items[index], change)
                } else {
                    items.append(change)
                }
            }
            return .array(items)
        default: return configuration
        }
    }
}
