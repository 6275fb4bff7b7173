import JSONDocument

extension Cluster {
    /// Keeps what an autoscaler owns within its bounds. There is no load here that it could follow.
    func runAutoscalers() {
        for (key, scaler) in store.all("horizontalpodautoscalers.autoscaling") where !scaler.isGoing {
            let target = scaler.at("spec", "scaleTargetRef")
            let kind = kinds.first { $0.name == target?["kind"]?.text && $0.subresources.contains("scale") }
            guard let kind, let name = target?["name"]?.text,
                var object = store[ObjectKey(collection: kind.collection, namespace: key.namespace, name: name)]
            else { continue }
            let least = scaler.at("spec", "minReplicas")?.whole ?? 1
            let wanted = min(max(object.replicas, least), scaler.at("spec", "maxReplicas")?.whole ?? least)
            // What is scaled to nothing is left alone.
            if object.replicas > 0, wanted != object.replicas {
                object.put(.integer(wanted), "spec", "replicas")
                object.put(.integer((object.at("metadata", "generation")?.whole ?? 1) + 1), "metadata", "generation")
                store.put(object, ObjectKey(collection: kind.collection, namespace: key.namespace, name: name))
            }
            var status = scaler["status"] ?? [:]
            status["currentReplicas"] = .integer(object.replicas)
            status["desiredReplicas"] = .integer(object.replicas)
            setStatus(status, key)
        }
    }
}
