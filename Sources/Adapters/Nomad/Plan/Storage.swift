import AdapterKit
import JSONDocument

/// An app's storage as volumes of groups and mounts of tasks.
struct Storage: Sendable, Equatable {
    private let mounts: [Mount]

    /// - Throws: ``AdapterError`` for folders and docker volumes where the nodes do not mount such.
    init(_ mounts: [Mount], of app: AppName, _ settings: JobSettings) throws {
        if !settings.mountsDockerVolumes, let plain = mounts.first(where: { $0.entry == nil }) {
            throw AdapterError(
                .invalidInput,
                "storage \(plain.source) of \(app) would be one of whichever node an instance runs on, and is not mounted",
                details: [
                    "a volume that the nodes declare (host_volume) or a CSI plugin provides is found everywhere"
                ],
                hint: "storage:create NAME --size 1Gi, then storage:mount \(app) NAME:\(plain.target); "
                    + "or scheduler-nomad:set \(app) docker-volumes true")
        }
        self.mounts = mounts
    }

    /// What instances of `type` see.
    func parts(of type: ProcessType) -> Parts {
        Parts(mounts.filter { $0.isForDeploy && ($0.process == nil || $0.process == type) })
    }

    /// What one-off tasks see.
    var taskParts: Parts { Parts(mounts.filter(\.isForRun)) }

    /// The storage of one task.
    struct Parts: Sendable, Equatable {
        /// `Volumes` of the group.
        private(set) var volumes: [String: JSONValue] = [:]
        /// `VolumeMounts` of the task.
        private(set) var mounts: [JSONValue] = []
        /// `volumes` of the docker driver.
        private(set) var binds: [String] = []

        fileprivate init(_ list: [Mount]) {
            for mount in list {
                guard let entry = mount.entry else {
                    binds.append(mount.description)
                    continue
                }
                let isReadOnly = mount.options?.split(separator: ",").contains("ro") == true
                volumes[entry.name] = Self.volume(entry, isReadOnly: isReadOnly)
                mounts.append([
                    "Volume": .string(entry.name), "Destination": .string(mount.target), "ReadOnly": .bool(isReadOnly),
                ])
            }
        }

        /// A storage class that is not `host` is that of a CSI plugin.
        private static func volume(_ entry: StorageEntry, isReadOnly: Bool) -> JSONValue {
            var volume: [String: JSONValue] = [
                "Name": .string(entry.name), "Source": .string(entry.name), "ReadOnly": .bool(isReadOnly),
            ]
            guard !["", "host"].contains(entry.storageClass) else {
                volume["Type"] = "host"
                return .object(volume)
            }
            volume["Type"] = "csi"
            volume["AttachmentMode"] = "file-system"
            let mode =
                switch entry.accessMode {
                case "ReadOnlyMany": "multi-node-reader-only"
                case "ReadWriteMany": "multi-node-multi-writer"
                default: "single-node-writer"
                }
            volume["AccessMode"] = .string(mode)
            return .object(volume)
        }
    }
}
