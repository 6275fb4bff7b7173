import JSONDocument

extension Cluster {
    /// One pod after the other, each with its number in its name.
    func runStatefulSets() {
        for (key, set) in store.all("statefulsets.apps") where !set.isGoing {
            guard let template = set.at("spec", "template") else { continue }
            let revision = "\(set.objectName)-\(SafeLetters.hash(template.compact))"
            run(set, revision)
            let own = made(by: set, "pods").map(\.object)
            let ready = own.filter { isReady($0) && !$0.isGoing }.count
            let current = own.filter { $0.labels["controller-revision-hash"] == revision }.count
            var status: JSONValue = [
                "observedGeneration": set.at("metadata", "generation") ?? 1, "replicas": .integer(own.count),
                "currentRevision": .string(revision), "updateRevision": .string(revision), "collisionCount": 0,
            ]
            for (field, number) in [
                ("readyReplicas", ready), ("currentReplicas", current), ("updatedReplicas", current),
            ]
            where number > 0 {
                status[field] = .integer(number)
            }
            setStatus(status, key)
        }
    }

    private func run(_ set: JSONValue, _ revision: String) {
        let isParallel = set.at("spec", "podManagementPolicy") == "Parallel"
        for number in 0..<max(0, set.replicas) {
            let name = "\(set.objectName)-\(number)"
            guard let pod = store[ObjectKey(collection: "pods", namespace: set.namespace, name: name)] else {
                createPod(
                    of: set, name: name,
                    labels: ["controller-revision-hash": revision, "statefulset.kubernetes.io/pod-name": name])
                if isParallel { continue }
                return
            }
            guard isParallel || isReady(pod) && !pod.isGoing else { return }
        }
        let extra = made(by: set, "pods").filter { number(of: $0.object) >= set.replicas }
        if let last = extra.max(by: { number(of: $0.object) < number(of: $1.object) }) {
            if !last.object.isGoing { beginToDelete(last.key, DeleteOptions()) }
            return
        }
        let old = made(by: set, "pods").filter { $0.object.labels["controller-revision-hash"] != revision }
        if let last = old.max(by: { number(of: $0.object) < number(of: $1.object) }), !last.object.isGoing {
            beginToDelete(last.key, DeleteOptions())
        }
    }

    private func number(of pod: JSONValue) -> Int { Int(pod.objectName.split(separator: "-").last ?? "") ?? 0 }
}
