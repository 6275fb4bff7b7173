import Fakes
import FoundationEssentials
import JSONDocument

/// Room for one case on a real cluster: a namespace of its own and, where a case needs it and the cluster has none,
/// storage.
struct KubernetesStage: Sendable {
    let target: KubernetesTarget
    let runID: String

    /// No pod has room.
    static let fullQuota: JSONValue = [
        "apiVersion": "v1", "kind": "ResourceQuota", "metadata": ["name": "kit"], "spec": ["hard": ["pods": "0"]],
    ]

    private static let label = "linkspan-kit/run"

    var namespace: String { "kit-" + runID }

    /// Takes away what runs have left that were killed: all with a run's label that is older than any case lasts.
    static func sweep(_ api: KubernetesObserver) async {
        let oldest = Date(timeIntervalSinceNow: -3_600).formatted(.iso8601)
        for kind in ["namespaces", "persistentvolumes"] {
            let found = try? await api.get("/api/v1/\(kind)?labelSelector=linkspan-kit%2Frun")
            for item in found?["items"]?.items ?? [] {
                guard let name = item["metadata"]?["name"]?.text,
                    let created = item["metadata"]?["creationTimestamp"]?.text, created < oldest
                else { continue }
                await api.delete("/api/v1/\(kind)/\(name)")
            }
        }
    }

    /// - Parameters:
    ///   - needsStorage: whether claims of ``storageClass`` must be served.
    ///   - isFull: whether the namespace's quota is to have no room for a pod.
    /// - Throws: ``Broken`` when the cluster does not get it ready.
    func prepare(needsStorage: Bool, isFull: Bool) async throws {
        let api = target.api
        // One of the same name may still be on its way out.
        for _ in 0..<240 {
            guard (try? await api.get("/api/v1/namespaces/" + namespace)) != nil else { break }
            await api.delete("/api/v1/namespaces/" + namespace)
            try await Task.sleep(for: .milliseconds(500))
        }
        try await api.create(
            [
                "apiVersion": "v1", "kind": "Namespace",
                "metadata": ["name": .string(namespace), "labels": [Self.label: .string(runID)]],
            ], at: "/api/v1/namespaces")
        let place = "/api/v1/namespaces/" + namespace
        if isFull { try await api.create(Self.fullQuota, at: place + "/resourcequotas") }
        if needsStorage, !target.hasStorage {
            for number in 1...2 { try await api.create(volume(number), at: "/api/v1/persistentvolumes") }
        }
        // Pods are refused before their namespace's account is there.
        for _ in 0..<100 {
            if (try? await api.get(place + "/serviceaccounts/default")) != nil { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw Broken("the namespace \(namespace) has got no service account")
    }

    /// The class that a case's storage is to have; empty for the cluster's default.
    var storageClass: String { target.hasStorage ? "" : namespace }

    /// A folder of the node, which is enough for a cluster of one.
    private func volume(_ number: Int) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "PersistentVolume",
            "metadata": ["name": .string("\(namespace)-\(number)"), "labels": [Self.label: .string(runID)]],
            "spec": [
                "capacity": ["storage": "1Gi"], "accessModes": ["ReadWriteOnce", "ReadWriteMany"],
                "storageClassName": .string(storageClass), "persistentVolumeReclaimPolicy": "Retain",
                "hostPath": ["path": .string("/tmp/\(namespace)-\(number)"), "type": "DirectoryOrCreate"],
            ],
        ]
    }

    /// Everything that the run has made here, and beyond namespaces.
    func objects() async throws -> [FakeObject] {
        let wide = try await target.api.wideObjects(with: runID)
        var found: [FakeObject] = []
        for place in wide where place.object.kind == "namespace" {
            found += try await target.api.objects(in: place.object.name)
        }
        return found + wide.map(\.object).filter { $0.labels[Self.label] == nil }
    }

    /// Takes everything away that has the run's id.
    func clear() async {
        let wide = (try? await target.api.wideObjects(with: runID)) ?? []
        for (path, object) in wide where object.kind == "namespace" {
            await target.api.delete(path + "/pods", grace: 0)
        }
        for (path, _) in wide { await target.api.delete(path) }
        for number in 1...2 { try? FileManager.default.removeItem(atPath: "/tmp/\(namespace)-\(number)") }
    }
}
