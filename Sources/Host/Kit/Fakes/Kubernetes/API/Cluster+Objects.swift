import JSONDocument

/// Reading and writing objects, as clients do.
extension Cluster {
    typealias Target = RequestHandler.Target

    func read(_ target: Target) throws(APIProblem) -> JSONValue {
        guard let object = store[target.key] else { throw .notFound(target.kind, target.name ?? "") }
        return shown(object, target.kind)
    }

    func list(_ target: Target, _ selection: Selection) -> JSONValue {
        let found = store.all(target.kind.collection, in: target.namespace.isEmpty ? nil : target.namespace)
            .map(\.object).filter { selection.matches($0) }
        return [
            "apiVersion": .string(target.kind.apiVersion), "kind": .string(target.kind.name + "List"),
            "metadata": ["resourceVersion": .string(String(store.version))],
            // Items of a list do not say what they are.
            "items": .array(
                found.map {
                    var item = $0
                    item["apiVersion"] = nil
                    item["kind"] = nil
                    return item
                }),
        ]
    }

    /// An object in the version that is asked for.
    func shown(_ object: JSONValue, _ kind: Kind) -> JSONValue {
        var object = object
        object["apiVersion"] = .string(kind.apiVersion)
        object["kind"] = .string(kind.name)
        return object
    }

    func create(_ object: JSONValue, _ target: Target, by manager: String, isDry: Bool = false) throws(APIProblem)
        -> JSONValue
    {
        var object = object
        var target = target
        if let namespace = object.at("metadata", "namespace")?.text, namespace != target.namespace {
            throw .badRequest("the namespace of the provided object does not match the namespace sent on the request")
        }
        if target.kind.isNamespaced {
            guard let namespace = store[ObjectKey(collection: "namespaces", namespace: "", name: target.namespace)]
            else {
                throw .notFound(Kind.all[0], target.namespace)
            }
            if namespace.isGoing {
                throw APIProblem(
                    403, "Forbidden",
                    "\(target.kind.qualified) \"\(object.objectName)\" is forbidden: unable to create new content in "
                        + "namespace \(target.namespace) because it is being terminated",
                    details: APIProblem.details(target.kind, object.objectName))
            }
            object.put(.string(target.namespace), "metadata", "namespace")
        }
        if object.objectName.isEmpty, let prefix = object.at("metadata", "generateName")?.text {
            object.put(.string(prefix + store.newSuffix()), "metadata", "name")
        }
        if target.kind.name == "Pod", let reason = quotaProblem(in: target.namespace) {
            throw APIProblem(
                403, "Forbidden", "pods \"\(object.objectName)\" is forbidden: \(reason)",
                details: APIProblem.details(target.kind, object.objectName))
        }
        target.name = object.objectName
        guard store[target.key] == nil else { throw .alreadyExists(target.kind, object.objectName) }
        object.put(.string(store.newUID()), "metadata", "uid")
        object.put(calendar.now, "metadata", "creationTimestamp")
        object.put(nil, "metadata", "managedFields")
        Defaults.fill(&object, target.kind, allocating: { self.address(for: $0) })
        if target.kind.name == "Pod" { admit(&object) }
        if ["Deployment", "ReplicaSet", "StatefulSet", "CronJob", "Ingress", "PodDisruptionBudget"].contains(
            target.kind.name)
            || target.kind.name == "NetworkPolicy"
        {
            object.put(1, "metadata", "generation")
        }
        try Validation.check(object, target.kind, before: nil)
        guard !isDry else { return shown(object, target.kind) }
        var owners = managers[target.key] ?? FieldManagers()
        owners.note(nil, object, by: manager)
        managers[target.key] = owners
        let kept = store.put(object, target.key)
        if target.kind.name == "Namespace" {
            for (key, part) in Self.contents(of: object.objectName, &store, calendar.now) { store.put(part, key) }
        }
        settle()
        // The answer shows the object before any controller has seen it.
        return shown(kept, target.kind)
    }

    func replace(_ object: JSONValue, _ target: Target, by manager: String, isDry: Bool) throws(APIProblem) -> JSONValue
    {
        let version = object.at("metadata", "resourceVersion")?.text
        return try change(target, by: manager, isDry: isDry) { live throws(APIProblem) in
            if let version, version != live.at("metadata", "resourceVersion")?.text {
                throw .conflict(
                    target.kind, target.name ?? "",
                    "the object has been modified; please apply your changes to the latest version and try again")
            }
            var new = object
            if new["status"] == nil { new["status"] = live["status"] }
            return new
        }
    }

    /// Writes what `change` makes of an object.
    func change(
        _ target: Target, by manager: String?, isDry: Bool = false,
        _ change: @Sendable (JSONValue) throws(APIProblem) -> JSONValue
    ) throws(APIProblem) -> JSONValue {
        guard let live = store[target.key] else { throw .notFound(target.kind, target.name ?? "") }
        let changed = try written(try change(live), over: live, target)
        guard !isDry else { return shown(changed, target.kind) }
        if let manager {
            var owners = managers[target.key] ?? FieldManagers()
            owners.note(live, changed, by: manager)
            managers[target.key] = owners
        }
        let kept = store.put(changed, target.key)
        settle()
        return shown(kept, target.kind)
    }

    /// Server-side apply.
    func apply(_ configuration: JSONValue, _ target: Target, by manager: String, force: Bool, isDry: Bool)
        throws(APIProblem) -> (object: JSONValue, isNew: Bool)
    {
        try Validation.checkApplied(configuration, target.kind, configuration.objectName)
        var configuration = configuration
        configuration.put(nil, "metadata", "managedFields")
        if target.kind.isNamespaced, configuration.at("metadata", "namespace") == nil {
            configuration.put(.string(target.namespace), "metadata", "namespace")
        }
        guard let live = store[target.key] else {
            var owners = FieldManagers()
            _ = try owners.apply(configuration, to: .object([:]), by: manager, force: force)
            let made = try create(configuration, target, by: manager, isDry: isDry)
            if !isDry { managers[target.key] = owners }
            return (made, true)
        }
        var owners = managers[target.key] ?? FieldManagers()
        let merged = try owners.apply(configuration, to: live, by: manager, force: force)
        let changed = try written(merged, over: live, target)
        guard !isDry else { return (shown(changed, target.kind), false) }
        managers[target.key] = owners
        let kept = store.put(changed, target.key)
        settle()
        return (shown(kept, target.kind), false)
    }

    /// What a client wants an object to be, with everything that is not the client's to say.
    private func written(_ wanted: JSONValue, over live: JSONValue, _ target: Target) throws(APIProblem) -> JSONValue {
        var object = wanted
        for key in ["uid", "creationTimestamp", "resourceVersion", "generation", "deletionTimestamp", "namespace"] {
            object.put(live.at("metadata", key), "metadata", key)
        }
        object.put(live.at("metadata", "name"), "metadata", "name")
        object.put(nil, "metadata", "managedFields")
        for key in ["labels", "annotations"] where object.at("metadata", key)?.fields?.isEmpty == true {
            object.put(nil, "metadata", key)
        }
        if live["status"] != nil { object["status"] = live["status"] }
        Defaults.fill(&object, target.kind, allocating: { self.address(for: $0) })
        try Validation.check(object, target.kind, before: live)
        if let generation = live.at("metadata", "generation")?.whole, object["spec"] != live["spec"] {
            object.put(.integer(generation + 1), "metadata", "generation")
        }
        return object
    }

    func address(for service: String) -> String {
        addresses += 1
        return "10.96.\(addresses / 250).\(addresses % 250 + 2)"
    }

    // MARK: deleting

    func delete(_ target: Target, _ options: DeleteOptions) throws(APIProblem) -> JSONValue {
        guard let object = store[target.key] else { throw .notFound(target.kind, target.name ?? "") }
        if let uid = options.uid, uid != object.uid {
            throw .conflict(
                target.kind, target.name ?? "",
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(object.uid)")
        }
        let version = object.at("metadata", "resourceVersion")?.text
        if let wanted = options.version, wanted != version {
            throw .conflict(
                target.kind, target.name ?? "",
                "Precondition failed: ResourceVersion in precondition: \(wanted), ResourceVersion in object meta: "
                    + (version ?? ""))
        }
        defer { settle() }
        if let going = beginToDelete(target.key, options) {
            return shown(going, target.kind)
        }
        var details = APIProblem.details(target.kind, target.name ?? "")
        details["uid"] = .string(object.uid)
        return ["apiVersion": "v1", "kind": "Status", "metadata": [:], "status": "Success", "details": details]
    }

    func deleteAll(_ target: Target, _ selection: Selection, _ options: DeleteOptions) -> JSONValue {
        let found = store.all(target.kind.collection, in: target.namespace).filter { selection.matches($0.object) }
        let list = self.list(target, selection)
        for (key, _) in found { _ = beginToDelete(key, options) }
        settle()
        return list
    }

    /// Deletes at once, or marks an object whose end takes a while.
    /// - Returns: the object when it is still there.
    @discardableResult
    func beginToDelete(_ key: ObjectKey, _ options: DeleteOptions) -> JSONValue? {
        guard var object = store[key] else { return nil }
        if key.collection == "pods" { return endPod(key, object, grace: options.grace) }
        if key.collection == "namespaces" {
            object.put(calendar.now, "metadata", "deletionTimestamp")
            object.put("Terminating", "status", "phase")
            return store.put(object, key)
        }
        if options.propagation == "Orphan" {
            orphanDependents(of: object.uid)
            remove(key)
            object.put(calendar.now, "metadata", "deletionTimestamp")
            object.put(0, "metadata", "deletionGracePeriodSeconds")
            object.put(["orphan"], "metadata", "finalizers")
            return object
        }
        if options.propagation == "Foreground", !dependents(of: object.uid).isEmpty {
            object.put(calendar.now, "metadata", "deletionTimestamp")
            object.put(0, "metadata", "deletionGracePeriodSeconds")
            object.put(["foregroundDeletion"], "metadata", "finalizers")
            return store.put(object, key)
        }
        remove(key)
        return nil
    }

    func remove(_ key: ObjectKey) {
        store.remove(key)
        managers[key] = nil
    }
}
