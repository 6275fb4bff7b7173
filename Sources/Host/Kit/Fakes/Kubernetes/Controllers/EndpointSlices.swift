import JSONDocument

extension Cluster {
    /// Keeps a slice beside the endpoints of each service: the newer way to say the same.
    func runEndpointSlices() {
        let group = "endpointslices.discovery.k8s.io"
        let kind = kinds.first { $0.collection == group }
        for (key, service) in store.all("services") where !service.isGoing {
            guard let kind,
                let endpoints = store[ObjectKey(collection: "endpoints", namespace: key.namespace, name: key.name)]
            else { continue }
            let place = ObjectKey(collection: group, namespace: key.namespace, name: key.name + "-slice")
            var labels = service.labels.mapValues { JSONValue.string($0) }
            labels["kubernetes.io/service-name"] = .string(key.name)
            labels["endpointslice.kubernetes.io/managed-by"] = "endpointslice-controller.k8s.io"
            var object =
                store[place]
                ?? [
                    "apiVersion": .string(kind.apiVersion), "kind": .string(kind.name), "addressType": "IPv4",
                    "metadata": [
                        "name": .string(place.name), "namespace": .string(key.namespace),
                        "generateName": .string(key.name + "-"), "uid": .string(store.newUID()),
                        "creationTimestamp": calendar.now, "ownerReferences": [reference(to: service)],
                    ],
                ]
            object.put(.object(labels), "metadata", "labels")
            let subset = endpoints["subsets"]?.items?.first
            object["ports"] = subset?["ports"] ?? []
            object["endpoints"] = .array(
                [("addresses", true), ("notReadyAddresses", false)].flatMap { list, isReady in
                    (subset?[list]?.items ?? []).map { address -> JSONValue in
                        [
                            "addresses": [address["ip"] ?? ""], "conditions": ["ready": .bool(isReady)],
                            "targetRef": address["targetRef"] ?? [:],
                        ]
                    }
                })
            store.put(object, place)
        }
    }
}
