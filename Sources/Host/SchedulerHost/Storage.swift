import AdapterKit
import DokkuIO
import ProcessStreams

/// Storage that schedulers provide, by name (`storage:…`).
package struct Storage: Sendable {
    private let host: Host
    private let entries: StorageEntries

    package init(_ host: Host) {
        self.host = host
        entries = StorageEntries(host.layout)
    }

    private static let accessModes = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]

    /// Notes storage; the scheduler makes it with the first deploy that mounts it.
    package func create(_ entry: StorageEntry, scheduler: String?) async throws {
        guard StorageEntries.isName(entry.name) else {
            throw AdapterError(
                .invalidInput, "'\(entry.name.prefix(80))' is no name for storage",
                details: ["lower-case letters, digits and '-', at most 45 characters"],
                hint: "storage:create data --size 1Gi")
        }
        guard Self.isSize(entry.size) else {
            throw AdapterError(
                .invalidInput,
                entry.size.isEmpty ? "No size specified" : "'\(entry.size.prefix(40))' is no size of storage",
                hint: "storage:create \(entry.name) --size 1Gi")
        }
        guard entry.accessMode.isEmpty || Self.accessModes.contains(entry.accessMode) else {
            throw AdapterError(
                .invalidInput, "'\(entry.accessMode.prefix(40))' is no access mode",
                details: ["access modes: " + Self.accessModes.joined(separator: ", ")])
        }
        try entries.create(.init(entry, scheduler: try provider(scheduler)))
        await host.console.step("Created storage entry \(entry.name)")
    }

    /// Deletes storage that no app mounts, and what is stored in it. A folder of this host is forgotten only, and so is
    /// what belongs to a scheduler that is not here.
    package func destroy(_ name: String) async throws {
        let record = try entries.existing(name)
        let users = try host.apps.all().filter { app in
            try host.properties("storage").list("mounts", .app(app)).contains {
                try StorageAttachment(line: $0)?.entry_name == name
            }
        }
        guard users.isEmpty else {
            throw AdapterError(
                .conflict, "storage entry \(name) is mounted by \(users.map(\.description).joined(separator: ", "))",
                hint: "storage:unmount \(users[0]) \(name)")
        }
        let isKnown = host.catalog.schedulers.contains(record.scheduler)
        if let entry = record.entry {
            // First, so that it is still known of when this fails.
            for provider in try providers(of: record, entry) {
                try await provider.destroy(entry, console: host.console)
            }
        }
        try entries.remove(name)
        await host.console.step("Destroyed storage entry \(name)")
        if record.entry != nil, !isKnown {
            await host.console.report(.detail("What was stored is still with \(record.scheduler)"))
        }
    }

    /// The adapters of all places where the entry may have come to be: with the host's own settings, and wherever
    /// apps are.
    private func providers(of record: StorageEntries.Record, _ entry: StorageEntry) throws
        -> [any StorageExecuting]
    {
        var found: [any StorageExecuting] = []
        for plugin in host.catalog.plugins where plugin.manifest.capabilities.contains(.storage) {
            let scheduler = plugin.manifest.scheduler
            let names = plugin.settings.filter(\.isPlace).map(\.name)
            var seen: Set<[String]> = []
            let apps: [AppName?] = try host.apps.all().filter { app in
                try host.properties("linkspan").value("scheduler", .app(app)) == scheduler
            }
            for app in (record.scheduler == scheduler ? [nil] : []) + apps {
                let values = try host.settings(of: plugin, app, .live)
                guard seen.insert(names.map { values[$0] ?? "" }).inserted,
                    let role = try host.adapter(scheduler: scheduler, app: app) as? any StorageExecuting
                else { continue }
                found.append(role)
            }
        }
        return found
    }

    /// Runs a command with an entry in sight.
    /// - Parameter hasTerminal: `nil` if the person has one.
    package func execute(
        _ name: String, image: ImageReference, _ words: [String], user: String?, hasTerminal: Bool?
    ) async throws -> ExitStatus {
        let record = try entries.existing(name)
        let wantsTerminal = hasTerminal ?? (host.console.terminal != nil)
        let number = Int.random(in: 1...99_999)
        guard let entry = record.entry else {
            return try await execute(
                FolderTask(
                    name: name, source: record.host_path ?? "", image: image, command: words,
                    user: (user ?? record.owner).map { "\($0):\($0)" }, hasTerminal: wantsTerminal, number: number))
        }
        let scheduler = try provider(host.catalog.schedulers.contains(record.scheduler) ? record.scheduler : nil)
        guard let adapter = try host.adapter(scheduler: scheduler, app: nil) as? any StorageExecuting else {
            throw AdapterError(.unsupported, "the \(scheduler) scheduler cannot run a command beside storage")
        }
        let task = StorageTask(
            entry: entry, image: image, command: words, user: user, hasTerminal: wantsTerminal, number: number)
        let raw = wantsTerminal ? RawTerminal() : nil
        defer { raw?.restore() }
        return try await adapter.execute(task, console: host.console)
    }

    /// Beside a folder of this host: a container of its engine.
    private func execute(_ task: FolderTask) async throws -> ExitStatus {
        // The engine would make a folder that is missing, and root's.
        guard !task.source.hasPrefix("/") || StateFiles.isFolder(task.source) else {
            throw AdapterError(
                .notFound, "storage entry \(task.name) is a folder that does not exist: \(task.source)",
                hint: "mkdir -p \(task.source)")
        }
        guard let adapter = try host.adapter(scheduler: "docker-local", app: nil) as? any FolderExecuting else {
            throw AdapterError(.unsupported, "storage entry \(task.name) is a folder of this host: \(task.source)")
        }
        let raw = task.hasTerminal ? RawTerminal() : nil
        defer { raw?.restore() }
        return try await adapter.execute(task, console: host.console)
    }

    /// The scheduler that provides storage: the one named, else the host's, else the only one that can.
    private func provider(_ name: String?) throws -> String {
        let able = host.catalog.plugins.map(\.manifest).filter { $0.capabilities.contains(.storage) }.map(\.scheduler)
        if let name {
            guard able.contains(name) else {
                throw AdapterError(
                    .unsupported, "the \(name) scheduler provides no storage",
                    details: able.isEmpty ? [] : ["schedulers that do: " + able.sorted().joined(separator: ", ")])
            }
            return name
        }
        let selected = try host.scheduler(of: nil)
        guard let scheduler = able.contains(selected) ? selected : able.first else {
            throw AdapterError(.unsupported, "no scheduler here provides storage")
        }
        return scheduler
    }

    /// A quantity as schedulers have it: `1Gi`, `500M`, `1.5Ti`.
    private static func isSize(_ text: String) -> Bool {
        let units = ["", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"]
        let digits = text.prefix { $0.isNumber || $0 == "." }
        return Double(digits).map { $0 > 0 } ?? false && digits.allSatisfy(\.isASCII)
            && units.contains(String(text.dropFirst(digits.count)))
    }
}
