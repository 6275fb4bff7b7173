import AdapterKit

/// The containers of the last failed deploy, where Dokku's docker-local notes them: lines `ID TYPE.INDEX` (contract 2.7).
package struct FailedContainers: Sendable {
    private let path: String

    package init(_ layout: DokkuLayout, _ app: AppName) {
        path = Self.path(app, layout)
    }

    package func all() throws -> [Instance] {
        try (StateFiles.readText(path) ?? "").split(separator: "\n").compactMap { line in
            let parts = line.split(separator: " ").map(String.init)
            guard parts.count == 2, let name = InstanceName(parts[1]) else { return nil }
            return Instance(id: parts[0], name: name)
        }
    }

    /// No containers, no file.
    package func keep(_ instances: [Instance]) throws {
        guard !instances.isEmpty else { return try StateFiles.remove(path) }
        try StateFiles.write(instances.map { "\($0.id) \($0.name)\n" }.joined(), to: path, mode: 0o644)
    }

    static func path(_ app: AppName, _ layout: DokkuLayout) -> String {
        layout.data("scheduler-docker-local", app, "failed-containers")
    }
}
