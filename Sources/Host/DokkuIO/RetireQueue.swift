import AdapterKit

/// Containers or images whose time is set: lines `APP ID SECONDS` in the files that Dokku's docker-local uses (contract
/// 2.8).
package struct RetireQueue: Sendable {
    package struct Entry: Sendable, Equatable {
        package var app: AppName
        package var id: String
        /// Seconds since 1970.
        package var due: Int
    }

    private let path: String

    /// What waits.
    package enum Kind: String, Sendable {
        case containers, images
    }

    package init(_ layout: DokkuLayout, of kind: Kind = .containers) {
        path = layout.data("scheduler-docker-local", "dead-" + kind.rawValue)
    }

    package func entries() throws -> [Entry] {
        try (StateFiles.readText(path) ?? "").split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ")
            guard parts.count == 3, let app = try? AppName(String(parts[0])), let due = Int(parts[2]) else {
                return nil
            }
            return Entry(app: app, id: String(parts[1]), due: due)
        }
    }

    /// Adds `ids`; one that waits already keeps its time.
    package func add(_ ids: [String], of app: AppName, due: Int) throws {
        try change { entries in
            let known = Set(entries.map(\.id))
            entries += ids.filter { !$0.isEmpty && !known.contains($0) }.map { Entry(app: app, id: $0, due: due) }
        }
    }

    package func remove(_ ids: some Sequence<String>) throws {
        let gone = Set(ids)
        if !gone.isEmpty { try change { $0.removeAll { gone.contains($0.id) } } }
    }

    private func change(_ body: (inout [Entry]) -> Void) throws {
        let lock = try FileLock.wait(path + ".lock")
        defer { lock.release() }
        var entries = try entries()
        body(&entries)
        try StateFiles.write(entries.map { "\($0.app) \($0.id) \($0.due)\n" }.joined(), to: path, mode: 0o644)
    }
}
