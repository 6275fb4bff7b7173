import AdapterKit
import JSONDocument

/// An app's lock as a Lease (coordination.k8s.io/v1), whose fields are made for this. What it has none for stands in
/// annotations.
enum DeployLease {
    private static let id = "linkspan.dev/lock"
    private static let home = "linkspan.dev/home"
    private static let action = "linkspan.dev/action"
    private static let build = "linkspan.dev/build"

    static func object(_ lock: HeldLock, of app: AppName, in namespace: String, origin: String) -> KubernetesObject {
        KubernetesObject(
            .lease, Names(app: app).lock, in: namespace, labels: Label.common(app, origin: origin),
            annotations: [id: lock.id, home: lock.home, action: lock.action, build: lock.build],
            [
                "spec": [
                    "holderIdentity": .string(lock.holder), "leaseDurationSeconds": .integer(lock.duration),
                    "acquireTime": .string(Timestamp.microTime(lock.since)),
                    "renewTime": .string(Timestamp.microTime(lock.renewed)),
                ]
            ])
    }

    /// The lock that a Lease is. One that somebody else made of that name holds, too.
    static func lock(_ document: JSONValue) -> HeldLock {
        let spec = document["spec"]
        let annotations = document["metadata"]?["annotations"]
        func time(_ field: String) -> Int? { spec?[field]?.text.flatMap { Timestamp.seconds($0) } }
        let since = time("acquireTime") ?? 0
        var lock = HeldLock(
            id: annotations?[id]?.text ?? document["metadata"]?["uid"]?.text ?? "",
            home: annotations?[home]?.text ?? "", holder: spec?["holderIdentity"]?.text ?? "nobody knows whom",
            action: annotations?[action]?.text ?? "", build: annotations?[build]?.text ?? "", since: since,
            duration: spec?["leaseDurationSeconds"]?.whole ?? 30)
        lock.renewed = time("renewTime") ?? since
        return lock
    }
}
