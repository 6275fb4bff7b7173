import AdapterKit
import FoundationEssentials

/// Which containers serve an app, in the files that Dokku's other plugins read too (contract 2.7), and what else is
/// kept of the release.
package struct LocalState: Sendable {
    private let layout: DokkuLayout
    private let app: AppName

    package init(_ layout: DokkuLayout, _ app: AppName) {
        self.layout = layout
        self.app = app
    }

    /// The instances that serve, by name. A switch that is written down counts as done.
    package func instances() throws -> [Instance] {
        if let record = try record() { return record.rollout.instances.sorted { $0.name < $1.name } }
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

    /// Notes where the instances are now.
    package func relocate(_ instances: [Instance]) throws { try FileBatch.prepare(changes(to: instances)).commit() }

    /// Takes away what killed processes have left half written.
    package func sweep() throws {
        guard !layout.isDokku else {
            let own = [
                layout.app(app), layout.data("scheduler-docker-local", app), layout.data("scheduler-docker-local", ""),
                layout.properties("linkspan", .app(app)), Ledger.folder(app, layout),
            ]
            return try own.forEach { try StateFiles.sweep($0) }
        }
        let data = layout.library + "/data", config = layout.library + "/config"
        let folders =
            [layout.app(app), StateFiles.parent(of: layout.config(app)), layout.data("scheduler-docker-local", "")]
            + (try StateFiles.names(in: data).map { "\(data)/\($0)/\(app)" })
            + (try StateFiles.names(in: config).flatMap { ["\(config)/\($0)/\(app)", "\(config)/\($0)/--global"] })
        for folder in folders { try StateFiles.sweep(folder) }
    }

    // MARK: the record of a switch

    private var recordPath: String { layout.data("scheduler-docker-local", app, "switch.json") }

    func write(_ record: Switch.Record) throws { try StateFiles.write(JSONEncoder().encode(record), to: recordPath) }

    func record() throws -> Switch.Record? {
        try StateFiles.read(recordPath).flatMap { try? JSONDecoder().decode(Switch.Record.self, from: Data($0)) }
    }

    func forgetRecord() throws { try StateFiles.remove(recordPath) }

    // MARK: what the files become

    func changes(to instances: [Instance]) throws -> [FileBatch.Change] {
        let wanted = Self.files(of: instances)
        let known = try StateFiles.names(in: layout.app(app)).filter { file in
            ["CONTAINER", "IP", "PORT"].contains(file.split(separator: ".", maxSplits: 1).first)
                && !file.hasSuffix(".tmp")
        }
        return Set(wanted.keys).union(known).sorted().map { file in
            FileBatch.Change(layout.app(app, file), text: wanted[file], mode: 0o644)
        }
    }

    private static func files(of instances: [Instance]) -> [String: String] {
        instances.reduce(into: [:]) { files, instance in
            files["CONTAINER.\(instance.name)"] = instance.id + "\n"
            files["IP.\(instance.name)"] = instance.address
            files["PORT.\(instance.name)"] = instance.port.map(String.init)
        }
    }

    func changes(to release: KeptRelease) -> [FileBatch.Change] {
        func property(_ plugin: String, _ name: String, _ value: String) -> FileBatch.Change {
            FileBatch.Change(layout.properties(plugin, .app(app)) + "/" + name, text: value)
        }
        let own =
            [
                property("linkspan", "image", release.image.description),
                property("linkspan", "scheduler", release.scheduler),
                FileBatch.Change(Place.path(app, layout), release.place?.encoded),
                FileBatch.Change(Leaving.path(app, layout), Leaving.bytes(release.leaving ?? [])),
                FileBatch.Change(FailedDeploy.path(app, layout), nil),
                FileBatch.Change(FailedContainers.path(app, layout), nil),
            ] + (release.folder.map { [property("linkspan", "project", $0)] } ?? [])
            + (release.number.map { [property("linkspan", "release", String($0))] } ?? [])
        // A Dokku keeps the author's files, the scale and the cache of what is deployed itself.
        guard !layout.isDokku else { return own }
        let scale = release.formation.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)\n" }.joined()
        return ProjectFiles.Kind.allCases.map { kind in
            FileBatch.Change(ProjectFiles.keptPath(kind, app, layout), release.files[kind.rawValue].map(Array.init))
        } + [
            property("ps", "scale", scale), property("ps", "restore", "true"), property("common", "deployed", "true"),
        ] + own
    }

    private func line(_ file: String) throws -> String? {
        try StateFiles.readText(layout.app(app, file))?.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}
