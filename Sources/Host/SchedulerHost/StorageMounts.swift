import AdapterKit
import DokkuIO

/// An app's mounts, lines of either form (`storage:mount`).
package struct StorageMounts: Sendable {
    private let host: Host
    private let app: AppName

    package init(_ host: Host, _ app: AppName) {
        self.host = host
        self.app = app
    }

    /// The mounts as people write them.
    package func list() throws -> [String] { try lines().map { try StorageAttachment(line: $0)?.text ?? $0 } }

    private func lines() throws -> [String] { try host.properties("storage").list("mounts", .app(app)) }

    /// Mounts `NAME:/path`, where a storage entry is called so, else a directory or volume.
    package func add(_ text: String) throws {
        let mount = try Mount(text)
        var line = mount.description
        if let record = try StorageEntries(host.layout).find(mount.source) {
            guard [nil, "ro", "rw"].contains(mount.options) else {
                throw AdapterError(
                    .invalidInput, "a storage entry can be mounted with ro or rw",
                    hint: "storage:mount \(app) \(record.name):\(mount.target):ro")
            }
            line = try StorageAttachment(
                entry: record.name, path: mount.target, isReadOnly: mount.options == "ro"
            ).line()
        }
        let lines = try lines()
        guard try !list().contains(StorageAttachment(line: line)?.text ?? line) else {
            throw AdapterError(.conflict, "Mount path already exists.")
        }
        try host.properties("storage").setList("mounts", to: lines + [line], .app(app))
    }

    package func remove(_ text: String) throws {
        let lines = try lines()
        let kept = try lines.filter { line in
            guard let attachment = try StorageAttachment(line: line) else { return line != text }
            return ![attachment.text, attachment.entry_name].contains(text)
        }
        guard kept.count < lines.count else {
            throw AdapterError(.notFound, "Mount path does not exist.", hint: "storage:list \(app)")
        }
        try host.properties("storage").setList("mounts", to: kept, .app(app))
    }
}
