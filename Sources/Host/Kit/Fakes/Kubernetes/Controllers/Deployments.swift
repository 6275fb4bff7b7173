import JSONDocument

extension Cluster {
    func runDeployments() {
        for (key, deployment) in store.all("deployments.apps") where !deployment.isGoing { run(deployment, key) }
    }

    private func run(_ deployment: JSONValue, _ key: ObjectKey) {
        guard let template = deployment.at("spec", "template") else { return }
        let hash = SafeLetters.hash(template.compact)
        let sets = made(by: deployment, "replicasets.apps")
        let current = sets.first { $0.object.labels["pod-template-hash"] == hash }
        guard let current else {
            createReplicaSet(deployment, template, hash, sets.map(\.object))
            progress[deployment.uid] = calendar.seconds
            mark(deployment, key, revision: revision(of: sets.map(\.object)) + 1)
            return
        }
        let old = sets.filter { $0.key != current.key }
        let newest = revision(of: old.map(\.object))
        if let own = Int(current.object.at("metadata", "annotations", Self.revisionKey)?.text ?? ""), own <= newest {
            // An earlier template comes back as the newest revision.
            var object = current.object
            let history = object.at("metadata", "annotations", "deployment.kubernetes.io/revision-history")?.text
            object.put(
                .string((history.map { $0 + "," } ?? "") + String(own)), "metadata", "annotations",
                "deployment.kubernetes.io/revision-history")
            object.put(.string(String(newest + 1)), "metadata", "annotations", Self.revisionKey)
            store.put(object, current.key)
            progress[deployment.uid] = calendar.seconds
            mark(deployment, key, revision: newest + 1)
            return
        }
        if deployment.at("spec", "paused")?.flag != true { roll(deployment, current, old) }
        report(deployment, key, current.key, old.map(\.key))
        forget(deployment, old)
    }

    private static let revisionKey = "deployment.kubernetes.io/revision"

    private func revision(of sets: [JSONValue]) -> Int {
        sets.compactMap { Int($0.at("metadata", "annotations", Self.revisionKey)?.text ?? "") }.max() ?? 0
    }

    private func mark(_ deployment: JSONValue, _ key: ObjectKey, revision: Int) {
        var object = deployment
        object.put(.string(String(revision)), "metadata", "annotations", Self.revisionKey)
        store.put(object, key)
    }

    private func createReplicaSet(_ deployment: JSONValue, _ template: JSONValue, _ hash: String, _ others: [JSONValue])
    {
        var template = template
        template.put(.string(hash), "metadata", "labels", "pod-template-hash")
        template.fallBack(.null, "metadata", "creationTimestamp")
        let isFirst = others.allSatisfy { $0.replicas == 0 }
        let count = isFirst ? deployment.replicas : min(deployment.replicas, limits(deployment).surge)
        let name = "\(deployment.objectName)-\(hash)"
        var selector = deployment.at("spec", "selector") ?? [:]
        selector.put(.string(hash), "matchLabels", "pod-template-hash")
        let isRecreated = deployment.at("spec", "strategy", "type") == "Recreate"
        let object: JSONValue = [
            "apiVersion": "apps/v1", "kind": "ReplicaSet",
            "metadata": [
                "name": .string(name), "namespace": .string(deployment.namespace), "uid": .string(store.newUID()),
                "creationTimestamp": calendar.now, "generation": 1,
                "labels": template.at("metadata", "labels") ?? [:], "ownerReferences": [reference(to: deployment)],
                "annotations": [
                    "deployment.kubernetes.io/desired-replicas": .string(String(deployment.replicas)),
                    "deployment.kubernetes.io/max-replicas": .string(
                        String(deployment.replicas + (isRecreated ? 0 : limits(deployment).surge))),
                    "deployment.kubernetes.io/revision": .string(String(revision(of: others) + 1)),
                ],
            ],
            "spec": [
                "replicas": .integer(isRecreated && !isFirst ? 0 : count), "selector": selector, "template": template,
            ],
            "status": ["replicas": 0],
        ]
        store.put(object, ObjectKey(collection: "replicasets.apps", namespace: deployment.namespace, name: name))
    }

    /// How many pods there may be more or fewer than wanted: numbers or percentages.
    private func limits(_ deployment: JSONValue) -> (surge: Int, unavailable: Int) {
        let strategy = deployment.at("spec", "strategy", "rollingUpdate")
        func number(_ value: JSONValue?, roundedUp: Bool) -> Int {
            if let whole = value?.whole { return whole }
            let percent = Double((value?.text ?? "25%").dropLast()) ?? 25
            let share = percent * Double(deployment.replicas) / 100
            return Int(share.rounded(roundedUp ? .up : .down))
        }
        let surge = number(strategy?["maxSurge"], roundedUp: true)
        let unavailable = number(strategy?["maxUnavailable"], roundedUp: false)
        return (surge, surge == 0 && unavailable == 0 ? 1 : unavailable)
    }

    private typealias Entry = (key: ObjectKey, object: JSONValue)

    private func roll(_ deployment: JSONValue, _ current: Entry, _ old: [Entry]) {
        let desired = deployment.replicas
        let total = current.object.replicas + old.reduce(0) { $0 + $1.object.replicas }
        if deployment.at("spec", "strategy", "type") == "Recreate" {
            for set in old { scale(set, to: 0) }
            let leftPods = old.contains { !made(by: $0.object, "pods").isEmpty }
            if !leftPods { scale(current, to: desired, of: deployment) }
            return
        }
        let (surge, unavailable) = limits(deployment)
        if current.object.replicas > desired || old.allSatisfy({ $0.object.replicas == 0 }) {
            scale(current, to: desired, of: deployment)
        } else if current.object.replicas < desired {
            let room = max(0, desired + surge - total)
            scale(current, to: min(desired, current.object.replicas + room), of: deployment)
        }
        let available = ([current] + old).reduce(0) { $0 + count($1.object, "availableReplicas") }
        var spare = available - (desired - unavailable)
        for set in old.sorted(by: {
            $0.object.at("metadata", "creationTimestamp")?.text ?? "" < $1.object.at("metadata", "creationTimestamp")?
                .text ?? ""
        })
        where set.object.replicas > 0 {
            let broken = max(0, set.object.replicas - count(set.object, "availableReplicas"))
            let fewer = min(set.object.replicas, broken + max(0, spare))
            spare -= max(0, fewer - broken)
            if fewer > 0 { scale(set, to: set.object.replicas - fewer) }
        }
    }

    func count(_ object: JSONValue, _ field: String) -> Int { object.at("status", field)?.whole ?? 0 }

    private func scale(_ set: Entry, to count: Int, of deployment: JSONValue? = nil) {
        guard var object = store[set.key] else { return }
        if let deployment {
            object.put(
                .string(String(deployment.replicas)), "metadata", "annotations",
                "deployment.kubernetes.io/desired-replicas")
            object.put(
                .string(String(deployment.replicas + limits(deployment).surge)), "metadata", "annotations",
                "deployment.kubernetes.io/max-replicas")
        }
        if object.replicas != count {
            object.put(.integer((object.at("metadata", "generation")?.whole ?? 1) + 1), "metadata", "generation")
            object.put(.integer(count), "spec", "replicas")
        }
        store.put(object, set.key)
    }

    // MARK: status

    private func report(_ deployment: JSONValue, _ key: ObjectKey, _ current: ObjectKey, _ old: [ObjectKey]) {
        guard let live = store[key], let newest = store[current] else { return }
        let sets = [newest] + old.compactMap { store[$0] }
        func sum(_ field: String) -> Int { sets.reduce(0) { $0 + count($1, field) } }
        let total = sum("replicas")
        let ready = sum("readyReplicas")
        let available = sum("availableReplicas")
        let updated = count(newest, "replicas")
        let desired = live.replicas
        let before = live["status"]
        let isFurther =
            updated > count(live, "updatedReplicas") || ready > count(live, "readyReplicas")
            || available > count(live, "availableReplicas")
            || total - updated < count(live, "replicas") - count(live, "updatedReplicas")
        if isFurther || progress[live.uid] == nil { progress[live.uid] = calendar.seconds }
        var status: JSONValue = [
            "observedGeneration": live.at("metadata", "generation") ?? 1
        ]
        // What is zero is left out.
        for (field, number) in [
            ("replicas", total), ("updatedReplicas", updated), ("readyReplicas", ready),
            ("availableReplicas", available), ("unavailableReplicas", max(0, max(desired, total) - available)),
        ] where number > 0 {
            status[field] = .integer(number)
        }
        var conditions = Conditions(before, now: calendar.now, looked: "lastUpdateTime")
        setProgress(
            live, newest, isComplete: updated == desired && total == desired && available >= desired, &conditions)
        let isEnough = available >= desired - limits(live).unavailable
        conditions.set(
            "Available", isEnough, isEnough ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
            isEnough ? "Deployment has minimum availability." : "Deployment does not have minimum availability.")
        let refused = newest.at("status", "conditions")?.items?.first { $0["type"] == "ReplicaFailure" }
        if let refused {
            conditions.set("ReplicaFailure", true, refused["reason"]?.text, refused["message"]?.text)
        } else {
            conditions.remove("ReplicaFailure")
        }
        status["conditions"] = .array(conditions.items)
        setStatus(status, key)
    }

    private func setProgress(
        _ deployment: JSONValue, _ newest: JSONValue, isComplete: Bool, _ conditions: inout Conditions
    ) {
        let name = "ReplicaSet \"\(newest.objectName)\""
        if isComplete {
            conditions.set("Progressing", true, "NewReplicaSetAvailable", "\(name) has successfully progressed.")
            return
        }
        let deadline = Double(deployment.at("spec", "progressDeadlineSeconds")?.whole ?? 600)
        let now = calendar.seconds
        let since = now - (progress[deployment.uid] ?? now)
        // A rollout that was complete is not out of time because a pod of it fails later.
        let wasComplete =
            conditions["Progressing"]?["reason"]?.text == "NewReplicaSetAvailable"
            && conditions["Progressing"]?["message"]?.text?.contains(newest.objectName) == true
        if wasComplete { return }
        if since >= deadline {
            conditions.set("Progressing", false, "ProgressDeadlineExceeded", "\(name) has timed out progressing.")
        } else {
            let isNew = count(newest, "replicas") == 0
            conditions.set(
                "Progressing", true, isNew ? "NewReplicaSetCreated" : "ReplicaSetUpdated",
                isNew ? "Created new replica set \"\(newest.objectName)\"" : "\(name) is progressing.")
            settle(after: deadline - since + 0.1, deployment.uid)
        }
    }

    /// Takes away old ReplicaSets beyond the history that is kept.
    private func forget(_ deployment: JSONValue, _ old: [Entry]) {
        let kept = deployment.at("spec", "revisionHistoryLimit")?.whole ?? 10
        let empty = old.filter { $0.object.replicas == 0 && count($0.object, "replicas") == 0 }
            .sorted { revision(of: [$0.object]) < revision(of: [$1.object]) }
        for set in empty.dropLast(kept) { beginToDelete(set.key, DeleteOptions()) }
    }
}
