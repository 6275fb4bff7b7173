import JSONDocument

extension JSONValue {
    /// What stands below these fields, one within the other.
    func at(_ path: String...) -> JSONValue? { at(path) }

    func at(_ path: [String]) -> JSONValue? {
        path.reduce(Optional(self)) { $0?[$1] }
    }

    /// Puts `value` below these fields and makes the objects between; `nil` takes away.
    mutating func put(_ value: JSONValue?, _ path: String...) { put(value, path[...]) }

    private mutating func put(_ value: JSONValue?, _ path: ArraySlice<String>) {
        guard let first = path.first else { return }
        if path.count == 1 {
            self[first] = value
            return
        }
        var inner = self[first] ?? .object([:])
        if inner.fields == nil { inner = .object([:]) }
        inner.put(value, path.dropFirst())
        self[first] = inner
    }

    /// Puts `value` there unless something is there already.
    mutating func fallBack(_ value: JSONValue, _ path: String...) {
        if at(path) == nil { put(value, path[...]) }
    }

    /// Changes every item of the list at `key`.
    mutating func eachItem(_ key: String, _ change: (inout JSONValue) -> Void) {
        guard let items = self[key]?.items else { return }
        self[key] = .array(
            items.map {
                var item = $0
                change(&item)
                return item
            })
    }

    /// Texts by name, as labels are.
    var texts: [String: String] { (fields ?? [:]).compactMapValues(\.text) }

    // MARK: what all objects have

    var objectName: String { at("metadata", "name")?.text ?? "" }
    var namespace: String { at("metadata", "namespace")?.text ?? "" }
    var uid: String { at("metadata", "uid")?.text ?? "" }
    var labels: [String: String] { self["metadata"]?["labels"]?.texts ?? [:] }
    var isGoing: Bool { at("metadata", "deletionTimestamp") != nil }
    var replicas: Int { at("spec", "replicas")?.whole ?? 1 }

    /// The uid of the controller that made it.
    var controller: String? {
        at("metadata", "ownerReferences")?.items?.first { $0["controller"]?.flag == true }?["uid"]?.text
    }
}
