import JSONDocument

extension Cluster {
    /// A namespace and what comes with it.
    static func namespace(_ name: String, _ store: inout ObjectStore, _ now: JSONValue) -> [(ObjectKey, JSONValue)] {
        var object: JSONValue = ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        object.put(.string(store.newUID()), "metadata", "uid")
        object.put(now, "metadata", "creationTimestamp")
        object.put(["kubernetes"], "spec", "finalizers")
        object.put("Active", "status", "phase")
        return [(ObjectKey(collection: "namespaces", namespace: "", name: name), object)]
            + contents(of: name, &store, now)
    }

    /// What every namespace holds from the beginning.
    static func contents(of namespace: String, _ store: inout ObjectStore, _ now: JSONValue) -> [(ObjectKey, JSONValue)]
    {
        func made(_ kind: String, _ name: String, _ fields: [String: JSONValue]) -> JSONValue {
            var object = JSONValue.object(fields)
            object["apiVersion"] = "v1"
            object["kind"] = .string(kind)
            object["metadata"] = [
                "name": .string(name), "namespace": .string(namespace), "creationTimestamp": now,
                "uid": .string(store.newUID()),
            ]
            return object
        }
        return [
            (
                ObjectKey(collection: "serviceaccounts", namespace: namespace, name: "default"),
                made("ServiceAccount", "default", ["secrets": [["name": "default-token-x7k2m"]]])
            )
        ]
    }

    /// Empties namespaces that are to go, and takes away those that are empty.
    func finishNamespaces() {
        for (key, object) in store.all("namespaces") where object.isGoing {
            let inside = store.objects.filter { $0.key.namespace == key.name && !key.name.isEmpty }
            for inner in inside.keys.sorted() { beginToDelete(inner, DeleteOptions()) }
            if !store.objects.keys.contains(where: { $0.namespace == key.name }) { remove(key) }
        }
    }
}
