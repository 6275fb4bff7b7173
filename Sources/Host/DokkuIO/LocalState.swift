import AdapterKit
import FoundationEssentials

/// Which containers serve an app, in the files that Dokku's other plugins read too (contract 2.7).
///
/// A release has several of them, and no file system changes several files at once. So a change is written down
/// first, whole, in one file; a change that was interrupted is finished by whoever reads the state next.
package struct LocalState: Sendable {
    private let layout: DokkuLayout
    private let app: AppName

    package init(_ layout: DokkuLayout, _ app: AppName) {
        self.layout = layout
        self.app = app
    }

    private struct Change: Codable {
        var instances: [Instance]
        var superseded: [Instance]
    }

    private var journal: String { layout.data("scheduler-docker-local", app, "switch.json") }

    /// The instances that serve, by name.
    package func instances() throws -> [Instance] {
        if let change = try interruptedChange() { return change.instances.sorted { $0.name < $1.name } }
        return try StateFiles.names(in: layout.app(app)).compactMap { file -> Instance? in
            guard file.hasPrefix("CONTAINER."), let name = InstanceName(String(file.dropFirst(10))),
                let id = try line(file)
            else { return nil }
            return Instance(
                id: id, name: name, address: try line("IP.\(name)"), port: try line("PORT.\(name)").flatMap { Int($0) })
        }.sorted { $0.name < $1.name }
    }

    package func isDeployed() throws -> Bool {
        try StateFiles.names(in: layout.app(app)).contains { $0 == "CONTAINER" || $0.hasPrefix("CONTAINER.") }
    }

    /// Notes that a rollout's instances serve from now on.
    package func record(_ rollout: Rollout) throws {
        try StateFiles.write(
            JSONEncoder().encode(Change(instances: rollout.instances, superseded: rollout.superseded)), to: journal)
        try apply(rollout.instances)
    }

    /// The switch has happened in full: nothing is left to finish.
    package func settle() throws { try StateFiles.remove(journal) }

    /// Goes back to the instances that served before.
    package func restore(_ instances: [Instance]) throws {
        try apply(instances)
        try settle()
    }

    /// A switch that was recorded and not settled: its process was killed.
    package func interruptedSwitch() throws -> Rollout? {
        try interruptedChange().map { Rollout(instances: $0.instances, superseded: $0.superseded) }
    }

    /// Writes the files of a switch again that was recorded and not settled.
    package func finishInterrupted(_ rollout: Rollout) throws { try apply(rollout.instances) }

    private func interruptedChange() throws -> Change? {
        try StateFiles.read(journal).flatMap { try? JSONDecoder().decode(Change.self, from: Data($0)) }
    }

    private func apply(_ instances: [Instance]) throws {
        var wanted: [String: String] = [:]
        for instance in instances {
            wanted["CONTAINER.\(instance.name)"] = instance.id + "\n"
            wanted["IP.\(instance.name)"] = instance.address
            wanted["PORT.\(instance.name)"] = instance.port.map(String.init)
        }
        for (file, text) in wanted.sorted(by: { $0.key < $1.key }) {
            try StateFiles.write(text, to: layout.app(app, file), mode: 0o644)
        }
        for file in try StateFiles.names(in: layout.app(app)) where wanted[file] == nil {
            let parts = file.split(separator: ".", maxSplits: 1)
            if ["CONTAINER", "IP", "PORT"].contains(parts.first) { try StateFiles.remove(layout.app(app, file)) }
        }
    }

    private func line(_ file: String) throws -> String? {
        try StateFiles.readText(layout.app(app, file))?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
