import AdapterKit
import JSONDocument

/// A volume of a pod and where its container sees it.
struct PodMount: Sendable, Equatable {
    let volume: JSONValue
    let mount: JSONValue

    /// Storage of an app.
    init(_ mount: Mount, claim: String, number: Int) {
        let name = "storage-\(number)"
        volume = ["name": .string(name), "persistentVolumeClaim": ["claimName": .string(claim)]]
        var document: [String: JSONValue] = ["name": .string(name), "mountPath": .string(mount.target)]
        if mount.options?.split(separator: ",").contains("ro") == true { document["readOnly"] = true }
        self.mount = .object(document)
    }

    private init(volume: JSONValue, mount: JSONValue) {
        self.volume = volume
        self.mount = mount
    }

    /// Memory that looks like a folder.
    static func memory(_ size: String, at path: String) -> PodMount {
        PodMount(
            volume: ["name": "memory", "emptyDir": ["medium": "Memory", "sizeLimit": .string(size)]],
            mount: ["name": "memory", "mountPath": .string(path)])
    }
}

/// An app's storage as claims and mounts.
struct Storage: Sendable, Equatable {
    private let mounts: [Mount]
    private let origin: String

    /// - Throws: ``AdapterError`` for what a cluster cannot have: a folder of the Dokku host.
    init(_ mounts: [Mount], of app: AppName, origin: String) throws {
        if let folder = mounts.first(where: { $0.entry == nil && $0.source.hasPrefix("/") }) {
            throw AdapterError(
                .invalidInput,
                "storage \(folder.source) of \(app) is a folder of the Dokku host, which the cluster's nodes do not have",
                hint: "storage:create NAME --size 1Gi, then storage:mount \(app) NAME:\(folder.target)")
        }
        self.mounts = mounts
        self.origin = origin
    }

    /// What instances of `type` see.
    func mounts(of type: ProcessType) -> [PodMount] {
        numbered { $0.isForDeploy && ($0.process == nil || $0.process == type) }
    }

    /// What one-off tasks see.
    var taskMounts: [PodMount] { numbered { $0.isForRun } }

    /// Claims for the entries that are mounted. They outlive the app: what is stored belongs to the entry.
    func claims(in namespace: String) -> [KubernetesObject] {
        claims(of: mounts, in: namespace)
    }

    /// The same for what one-off tasks see.
    func taskClaims(in namespace: String) -> [KubernetesObject] {
        claims(of: mounts.filter(\.isForRun), in: namespace)
    }

    private func claims(of mounts: [Mount], in namespace: String) -> [KubernetesObject] {
        var seen: Set<String> = []
        return mounts.compactMap(\.entry).filter { seen.insert($0.name).inserted }.map {
            Self.claim($0, in: namespace, origin: origin)
        }
    }

    static func claim(_ entry: StorageEntry, in namespace: String, origin: String) -> KubernetesObject {
        var spec: [String: JSONValue] = [
            "accessModes": [.string(entry.accessMode.isEmpty ? "ReadWriteOnce" : entry.accessMode)],
            "resources": ["requests": ["storage": .string(entry.size)]],
        ]
        if !entry.storageClass.isEmpty { spec["storageClassName"] = .string(entry.storageClass) }
        return KubernetesObject(
            .persistentVolumeClaim, Name.object(entry.name), in: entry.namespace.isEmpty ? namespace : entry.namespace,
            labels: entry.labels.merging(labels(of: entry, origin: origin)) { $1 }, annotations: entry.annotations,
            ["spec": .object(spec)])
    }

    /// What marks a claim as this host's for `entry`.
    static func labels(of entry: StorageEntry, origin: String) -> [String: String] {
        var labels = ["app.kubernetes.io/managed-by": "linkspan", Label.entry: Name.label(entry.name)]
        if !origin.isEmpty { labels[Label.origin] = origin }
        return labels
    }

    private func numbered(_ isWanted: (Mount) -> Bool) -> [PodMount] {
        mounts.filter(isWanted).enumerated().map { number, mount in
            PodMount(mount, claim: Name.object(mount.entry?.name ?? mount.source), number: number + 1)
        }
    }
}
