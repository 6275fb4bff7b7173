import AdapterKit
import FoundationEssentials

/// The storage that can be mounted by name, one file each (contract 3.11).
package struct StorageEntries: Sendable {
    private let layout: DokkuLayout

    package init(_ layout: DokkuLayout) {
        self.layout = layout
    }

    /// An entry as it is written.
    package struct Record: Codable, Sendable, Equatable {
        package var name: String
        package var scheduler: String
        package var host_path: String?
        package var size: String?
        package var access_mode: String?
        package var storage_class: String?
        package var namespace: String?
        package var chown: String?
        package var annotations: [String: String]?
        package var labels: [String: String]?
        package var schema_version: Int?

        package init(_ entry: StorageEntry, scheduler: String) {
            func unlessEmpty(_ text: String) -> String? { text.isEmpty ? nil : text }
            name = entry.name
            self.scheduler = scheduler
            size = entry.size
            access_mode = unlessEmpty(entry.accessMode)
            storage_class = unlessEmpty(entry.storageClass)
            namespace = unlessEmpty(entry.namespace)
            annotations = entry.annotations.isEmpty ? nil : entry.annotations
            labels = entry.labels.isEmpty ? nil : entry.labels
            schema_version = 1
        }

        /// The user that a folder is for, as a number: the entry's own, or that of a builder that it names.
        package var owner: String? {
            guard let chown, !chown.isEmpty, chown != "false" else { return nil }
            return ["herokuish": "32767", "heroku": "1000", "paketo": "2000", "root": "0"][chown] ?? chown
        }

        /// What a scheduler provides; `nil` for a directory or volume of this host.
        package var entry: StorageEntry? {
            guard host_path?.isEmpty != false else { return nil }
            return StorageEntry(
                name: name, size: size ?? "", accessMode: access_mode ?? "", storageClass: storage_class ?? "",
                namespace: namespace ?? "", annotations: annotations ?? [:], labels: labels ?? [:])
        }
    }

    private var folder: String { layout.data("storage-registry", "entries") }

    private func path(_ name: String) -> String { "\(folder)/\(name).json" }

    /// The names of all entries, sorted.
    package func names() throws -> [String] {
        try StateFiles.names(in: folder).filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }.map {
            String($0.dropLast(5))
        }
    }

    /// - Throws: ``AdapterError`` when the file cannot be read.
    package func find(_ name: String) throws -> Record? {
        guard Self.isName(name), let bytes = try StateFiles.read(path(name)) else { return nil }
        do {
            return try JSONDecoder().decode(Record.self, from: Data(bytes))
        } catch {
            throw AdapterError(.invalidSettings, "\(path(name)) is no storage entry")
        }
    }

    /// - Throws: ``AdapterError`` when there is no such entry.
    package func existing(_ name: String) throws -> Record {
        guard let record = try find(name) else {
            throw AdapterError(
                .notFound, "there is no storage entry '\(name.prefix(80))'", hint: "storage:create NAME --size 1Gi")
        }
        return record
    }

    /// - Throws: ``AdapterError`` when the name is taken.
    package func create(_ record: Record) throws {
        guard !StateFiles.exists(path(record.name)) else {
            throw AdapterError(.conflict, "there is a storage entry '\(record.name)' already")
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try StateFiles.write(try encoder.encode(record) + [10], to: path(record.name))
    }

    package func remove(_ name: String) throws { try StateFiles.remove(path(name)) }

    /// A DNS label of at most 45 characters: schedulers put something behind it.
    package static func isName(_ text: String) -> Bool {
        (1...45).contains(text.utf8.count) && text.first != "-" && text.last != "-"
            && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }
}
