import JSONDocument

extension Cluster {
    /// Gives pods to the node, or says why not.
    func schedulePods() {
        for (key, pod) in store.all("pods") where pod.at("spec", "nodeName") == nil && !pod.isGoing {
            var pod = pod
            var conditions = Conditions(pod["status"], now: calendar.now, looked: "lastProbeTime")
            let asked = (pod.at("spec", "containers")?.items ?? []).reduce(0.0) {
                $0 + Self.cores($1.at("resources", "requests", "cpu")?.text ?? "0")
            }
            let selector = pod.at("spec", "nodeSelector")?.texts ?? [:]
            let claim = missingClaim(pod)
            guard claim == nil, asked <= 2, selector.allSatisfy({ $0 == ("kubernetes.io/hostname", "127.0.0.1") })
            else {
                let message =
                    claim.map { "persistentvolumeclaim \"\($0)\" not found" }
                    ?? (asked > 2
                        ? "0/1 nodes are available: 1 Insufficient cpu."
                        : "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity.")
                guard conditions["PodScheduled"] == nil else { continue }
                conditions.set("PodScheduled", false, "Unschedulable", message)
                pod.put(.array(conditions.items), "status", "conditions")
                store.put(pod, key)
                event(pod, "Warning", "FailedScheduling", message, from: "default-scheduler")
                continue
            }
            pod.put("127.0.0.1", "spec", "nodeName")
            conditions.set("PodScheduled", true)
            pod.put(.array(conditions.items), "status", "conditions")
            store.put(pod, key)
            event(
                pod, "Normal", "Scheduled", "Successfully assigned \(key.namespace)/\(key.name) to 127.0.0.1",
                from: "default-scheduler")
            startPod(key, pod)
        }
    }

    private static func cores(_ text: String) -> Double {
        text.hasSuffix("m") ? (Double(text.dropLast()) ?? 0) / 1_000 : Double(text) ?? 0
    }

    /// Writes down what happened to a pod. The same again is counted.
    func event(
        _ pod: JSONValue, _ type: String, _ reason: String, _ message: String, from component: String = "kubelet",
        container: String? = nil
    ) {
        let same = store.all("events", in: pod.namespace).first {
            $0.object.at("involvedObject", "uid")?.text == pod.uid && $0.object["reason"]?.text == reason
                && $0.object["message"]?.text == message
        }
        if let (key, kept) = same {
            var object = kept
            object["count"] = .integer((object["count"]?.whole ?? 1) + 1)
            object["lastTimestamp"] = calendar.now
            store.put(object, key)
            return
        }
        let uid = store.newUID()
        let name = "\(pod.objectName).17a3\(uid.suffix(12))"
        let isNew = component == "default-scheduler"
        var object: JSONValue = [
            "apiVersion": "v1", "kind": "Event",
            "metadata": [
                "name": .string(name), "namespace": .string(pod.namespace), "uid": .string(uid),
                "creationTimestamp": calendar.now,
            ],
            "involvedObject": [
                "apiVersion": pod["apiVersion"] ?? "v1", "kind": pod["kind"] ?? "Pod", "name": .string(pod.objectName),
                "namespace": .string(pod.namespace), "uid": .string(pod.uid),
                "resourceVersion": pod.at("metadata", "resourceVersion") ?? "",
            ],
            "type": .string(type), "reason": .string(reason), "message": .string(message), "eventTime": .null,
            "firstTimestamp": calendar.now, "lastTimestamp": calendar.now, "count": 1, "reportingComponent": "",
            "reportingInstance": "", "source": ["component": .string(component)],
        ]
        if isNew {
            // The scheduler reports through the newer API, which leaves other fields empty.
            object["eventTime"] = .string(calendar.precise.prefix(26) + "Z")
            object["firstTimestamp"] = .null
            object["lastTimestamp"] = .null
            object["count"] = nil
            object["action"] = reason == "Scheduled" ? "Binding" : "Scheduling"
            object["reportingComponent"] = .string(component)
            object["reportingInstance"] = .string(component + "-127.0.0.1")
            object["source"] = [:]
        } else {
            object.put("127.0.0.1", "source", "host")
        }
        if let container { object.put(.string("spec.containers{\(container)}"), "involvedObject", "fieldPath") }
        store.put(object, ObjectKey(collection: "events", namespace: pod.namespace, name: name))
    }
}
