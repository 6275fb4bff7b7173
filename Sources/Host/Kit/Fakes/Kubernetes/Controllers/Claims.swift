import JSONDocument

extension Cluster {
    /// Gives each claim a volume. There is always one of the right size.
    func bindClaims() {
        for (key, claim) in store.all("persistentvolumeclaims")
        where claim.at("status", "phase") != "Bound" && !claim.isGoing {
            var object = claim
            object.put(.string("pvc-" + claim.uid), "spec", "volumeName")
            var status: JSONValue = ["phase": "Bound"]
            status["accessModes"] = claim.at("spec", "accessModes")
            status["capacity"] = claim.at("spec", "resources", "requests")
            object["status"] = status
            store.put(object, key)
        }
    }

    /// The claim that a pod needs and that is not there.
    func missingClaim(_ pod: JSONValue) -> String? {
        (pod.at("spec", "volumes")?.items ?? []).compactMap { $0.at("persistentVolumeClaim", "claimName")?.text }
            .first {
                store[ObjectKey(collection: "persistentvolumeclaims", namespace: pod.namespace, name: $0)] == nil
            }
    }

    /// Writes or reads a file as a pod sees it: `nil` where there is none, or no claim is mounted there.
    func file(_ pod: ObjectKey, _ path: String, _ text: String?) -> String? {
        guard let object = store[pod], let container = object.at("spec", "containers")?.items?.first else { return nil }
        let mounts = container["volumeMounts"]?.items ?? []
        for mount in mounts {
            guard let place = mount["mountPath"]?.text, path.hasPrefix(place + "/"),
                let volume = object.at("spec", "volumes")?.items?.first(where: { $0["name"] == mount["name"] }),
                let claim = volume.at("persistentVolumeClaim", "claimName")?.text
            else { continue }
            // What is stored goes with its claim.
            let key = ObjectKey(collection: "persistentvolumeclaims", namespace: pod.namespace, name: claim)
            let store = "\(pod.namespace)/\(claim)/\(self.store[key]?.uid ?? "")"
            let file = (mount["subPath"]?.text ?? "") + path.dropFirst(place.count)
            if let text {
                if mount["readOnly"]?.flag == true { return nil }
                files[store, default: [:]][file] = text
            }
            return files[store]?[file]
        }
        return nil
    }
}
