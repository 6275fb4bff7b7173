import JSONDocument

extension Cluster {
    /// What belongs to the object with this uid.
    func dependents(of uid: String) -> [ObjectKey] {
        store.objects.filter { _, object in
            (object.at("metadata", "ownerReferences")?.items ?? []).contains { $0["uid"]?.text == uid }
        }.keys.sorted()
    }

    /// Lets what belongs to an object stay when the object goes.
    func orphanDependents(of uid: String) {
        for key in dependents(of: uid) {
            guard var object = store[key] else { continue }
            let owners = (object.at("metadata", "ownerReferences")?.items ?? []).filter { $0["uid"]?.text != uid }
            object.put(owners.isEmpty ? nil : .array(owners), "metadata", "ownerReferences")
            store.put(object, key)
        }
    }

    /// Takes away what belongs to nobody any more, and owners that only waited for their parts to go.
    func collectGarbage() {
        var uids: [String: JSONValue] = [:]
        for object in store.objects.values { uids[object.uid] = object }
        for (key, object) in store.objects.sorted(by: { $0.key < $1.key }) {
            let owners = object.at("metadata", "ownerReferences")?.items ?? []
            let alive = owners.compactMap { uids[$0["uid"]?.text ?? ""] }
            if !owners.isEmpty, alive.isEmpty, !object.isGoing { beginToDelete(key, DeleteOptions()) }
            let isWaiting = object.at("metadata", "finalizers")?.items?.contains("foregroundDeletion") == true
            guard isWaiting else { continue }
            let parts = dependents(of: object.uid)
            for part in parts where store[part]?.isGoing == false {
                beginToDelete(part, DeleteOptions(propagation: "Foreground"))
            }
            if parts.isEmpty { remove(key) }
        }
    }

    /// What marks an object as `owner`'s.
    func reference(to owner: JSONValue) -> JSONValue {
        [
            "apiVersion": owner["apiVersion"] ?? "v1", "kind": owner["kind"] ?? "", "uid": .string(owner.uid),
            "name": .string(owner.objectName), "controller": true, "blockOwnerDeletion": true,
        ]
    }

    /// The objects of `collection` that `owner` made.
    func made(by owner: JSONValue, _ collection: String) -> [(key: ObjectKey, object: JSONValue)] {
        store.all(collection, in: owner.namespace).filter { $0.object.controller == owner.uid }
    }

    /// Writes `status`, and nothing when it says what it said.
    func setStatus(_ status: JSONValue, _ key: ObjectKey) {
        guard var object = store[key], object["status"] != status else { return }
        object["status"] = status
        store.put(object, key)
    }
}
