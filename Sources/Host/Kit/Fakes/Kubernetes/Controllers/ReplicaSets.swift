import JSONDocument

extension Cluster {
    func runReplicaSets() {
        for (key, set) in store.all("replicasets.apps") where !set.isGoing {
            let own = made(by: set, "pods").filter { !$0.object.isGoing && !isOver($0.object) }
            var refusal: String?
            if own.count < set.replicas {
                for _ in own.count..<set.replicas {
                    if let reason = quotaProblem(in: set.namespace) {
                        refusal = "pods \"\(set.objectName)-\(store.newSuffix())\" is forbidden: \(reason)"
                        break
                    }
                    createPod(of: set, name: nil)
                }
            } else if own.count > set.replicas {
                // Those that are not ready go first, then the youngest.
                let order = own.sorted {
                    (isReady($0.object) ? 1 : 0, -version(of: $0.object)) < (
                        isReady($1.object) ? 1 : 0, -version(of: $1.object)
                    )
                }
                for pod in order.prefix(own.count - set.replicas) { beginToDelete(pod.key, DeleteOptions()) }
            }
            let now = made(by: set, "pods").map(\.object).filter { !$0.isGoing && !isOver($0) }
            var status: JSONValue = [
                "replicas": .integer(now.count), "observedGeneration": set.at("metadata", "generation") ?? 1,
            ]
            let ready = now.filter { isReady($0) }
            let available = ready.filter {
                isAvailable($0, set.at("spec", "minReadySeconds")?.whole ?? minReady(of: set))
            }
            for (field, number) in [
                ("fullyLabeledReplicas", now.count), ("readyReplicas", ready.count),
                ("availableReplicas", available.count),
            ] where number > 0 {
                status[field] = .integer(number)
            }
            if let refusal { refuse(refusal, set, &status) }
            setStatus(status, key)
        }
    }

    /// Says that no pod can be made, once for each set.
    private func refuse(_ message: String, _ set: JSONValue, _ status: inout JSONValue) {
        var conditions = Conditions(set["status"], now: calendar.now)
        if conditions["ReplicaFailure"] == nil {
            event(set, "Warning", "FailedCreate", "Error creating: " + message, from: "replicaset-controller")
            conditions.set("ReplicaFailure", true, "FailedCreate", message)
        }
        status["conditions"] = .array(conditions.items)
    }

    private func minReady(of set: JSONValue) -> Int {
        store.all("deployments.apps", in: set.namespace).first { $0.object.uid == set.controller }?.object
            .at("spec", "minReadySeconds")?.whole ?? 0
    }

    private func version(of object: JSONValue) -> Int {
        Int(object.at("metadata", "resourceVersion")?.text ?? "") ?? 0
    }

    func isOver(_ pod: JSONValue) -> Bool { ["Succeeded", "Failed"].contains(pod.at("status", "phase")?.text) }

    func isReady(_ pod: JSONValue) -> Bool {
        pod.at("status", "conditions")?.items?.contains { $0["type"] == "Ready" && $0["status"] == "True" } ?? false
    }

    /// Whether a pod has been ready for long enough.
    private func isAvailable(_ pod: JSONValue, _ seconds: Int) -> Bool {
        guard seconds > 0 else { return true }
        let now = calendar.seconds
        let since = now - (pods[pod.uid]?.readySince ?? now)
        if since >= Double(seconds) { return true }
        settle(after: Double(seconds) - since + 0.05, pod.uid)
        return false
    }

    /// A pod of what `owner`'s template says.
    func createPod(of owner: JSONValue, name: String?, labels: [String: String] = [:]) {
        guard let template = owner.at("spec", "template") else { return }
        var pod: JSONValue = ["apiVersion": "v1", "kind": "Pod", "spec": template["spec"] ?? [:]]
        pod["metadata"] = template["metadata"] ?? [:]
        let prefix = owner.objectName + "-"
        let own = name ?? prefix + store.newSuffix()
        if name == nil || owner["kind"] == "StatefulSet" { pod.put(.string(prefix), "metadata", "generateName") }
        pod.put(.string(own), "metadata", "name")
        pod.put(.string(owner.namespace), "metadata", "namespace")
        pod.put(.string(store.newUID()), "metadata", "uid")
        pod.put(calendar.now, "metadata", "creationTimestamp")
        pod.put([reference(to: owner)], "metadata", "ownerReferences")
        if let service = owner.at("spec", "serviceName") {
            pod.put(.string(own), "spec", "hostname")
            pod.put(service, "spec", "subdomain")
        }
        for (key, value) in labels { pod.put(.string(value), "metadata", "labels", key) }
        if let kind = kinds.first(where: { $0.name == "Pod" }) { Defaults.fill(&pod, kind, allocating: { _ in "" }) }
        admit(&pod)
        store.put(pod, ObjectKey(collection: "pods", namespace: owner.namespace, name: own))
    }
}
