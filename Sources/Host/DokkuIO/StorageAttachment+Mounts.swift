import AdapterKit

extension StorageAttachment {
    /// An app's mounts, entries looked up (contract 3.11).
    /// - Throws: ``AdapterError`` when an entry is gone, or is storage that `manifest`'s scheduler cannot provide.
    static func mounts(of app: AppName, _ layout: DokkuLayout, _ manifest: Manifest) throws -> [Mount] {
        let entries = StorageEntries(layout)
        return try Properties(layout, plugin: "storage").list("mounts", .app(app)).map { line in
            guard let attachment = try StorageAttachment(line: line) else { return try Mount(line) }
            let mount = try attachment.mount(try entries.existing(attachment.entry_name))
            if mount.entry != nil, !manifest.capabilities.contains(.storage) {
                throw AdapterError(
                    .unsupported,
                    "the \(manifest.scheduler) scheduler cannot provide the storage entry \(attachment.entry_name)",
                    hint: "storage:unmount \(app) \(attachment.text)")
            }
            return mount
        }
    }
}
