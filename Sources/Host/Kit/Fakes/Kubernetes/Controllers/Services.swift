import JSONDocument

extension Cluster {
    /// Keeps the endpoints of each service that selects pods.
    func runServices() {
        for (key, service) in store.all("services") where !service.isGoing {
            guard let selector = service.at("spec", "selector"), selector.fields?.isEmpty == false else { continue }
            let wanted = LabelSelector(selector)
            let found = store.all("pods", in: key.namespace).map(\.object)
                .filter { wanted.matches($0.labels) && !$0.isGoing && !isOver($0) && $0.at("status", "podIP") != nil }
            func addresses(_ pods: [JSONValue]) -> JSONValue {
                .array(
                    pods.map { pod in
                        [
                            "ip": pod.at("status", "podIP") ?? "", "nodeName": "127.0.0.1",
                            "targetRef": [
                                "kind": "Pod", "namespace": .string(pod.namespace), "name": .string(pod.objectName),
                                "uid": .string(pod.uid),
                                "resourceVersion": pod.at("metadata", "resourceVersion") ?? "",
                            ],
                        ]
                    })
            }
            let ready = found.filter { isReady($0) }
            let others = found.filter { !isReady($0) }
            let ports = (service.at("spec", "ports")?.items ?? []).map { port -> JSONValue in
                var endpoint: JSONValue = [
                    "port": port["targetPort"] ?? port["port"] ?? 0, "protocol": port["protocol"] ?? "TCP",
                ]
                endpoint["name"] = port["name"]
                return endpoint
            }
            var subset: JSONValue = ["ports": .array(ports)]
            if !ready.isEmpty { subset["addresses"] = addresses(ready) }
            if !others.isEmpty { subset["notReadyAddresses"] = addresses(others) }
            let place = ObjectKey(collection: "endpoints", namespace: key.namespace, name: key.name)
            var object =
                store[place]
                ?? [
                    "apiVersion": "v1", "kind": "Endpoints",
                    "metadata": [
                        "name": .string(key.name), "namespace": .string(key.namespace),
                        "uid": .string(store.newUID()), "creationTimestamp": calendar.now,
                    ],
                ]
            object.put(service.at("metadata", "labels"), "metadata", "labels")
            object["subsets"] = found.isEmpty ? nil : [subset]
            // A change of a pod that is none of its address is no change of the service.
            if let old = store[place], withoutVersions(old) == withoutVersions(object) { continue }
            object.put(
                calendar.now, "metadata", "annotations", "endpoints.kubernetes.io/last-change-trigger-time")
            store.put(object, place)
        }
        for (key, _) in store.all("endpoints")
        where store[ObjectKey(collection: "services", namespace: key.namespace, name: key.name)] == nil {
            remove(key)
        }
    }

    private func withoutVersions(_ endpoints: JSONValue) -> JSONValue {
        var object = endpoints
        object.put(nil, "metadata", "resourceVersion")
        object.put(nil, "metadata", "annotations")
        object.eachItem("subsets") { subset in
            for list in ["addresses", "notReadyAddresses"] {
                subset.eachItem(list) { $0.put(nil, "targetRef", "resourceVersion") }
            }
        }
        return object
    }
}
