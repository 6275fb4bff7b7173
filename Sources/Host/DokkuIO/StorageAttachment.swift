import AdapterKit
import FoundationEssentials

/// A line of an app's mounts: `source:target[:options]`, or a JSON object that mounts an entry (contract 3.11).
package struct StorageAttachment: Codable, Sendable, Equatable {
    package var entry_name: String
    package var container_path: String
    package var phases: [String]
    package var process_type: String?
    package var subpath: String?
    package var readonly: Bool?
    package var volume_options: String?

    /// Mounts an entry for all process types, deploys and one-off tasks.
    package init(entry: String, path: String, isReadOnly: Bool = false) {
        entry_name = entry
        container_path = path
        phases = ["deploy", "run"]
        readonly = isReadOnly ? true : nil
    }

    /// `nil` for a line that is not JSON.
    package init?(line: String) throws {
        guard line.hasPrefix("{") else { return nil }
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(line.utf8))
        } catch {
            throw AdapterError(
                .invalidSettings, "a line of the app's mounts is no storage attachment", hint: "storage:list APP")
        }
    }

    /// The line as it is kept.
    package func line() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(self), as: UTF8.self)
    }

    /// As people write it: `NAME:/path[:ro]`.
    package var text: String { "\(entry_name):\(container_path)\(readonly == true ? ":ro" : "")" }

    /// What it mounts.
    func mount(_ record: StorageEntries.Record) throws -> Mount {
        let options =
            [readonly == true ? "ro" : nil, volume_options.flatMap { $0.isEmpty ? nil : $0 }].compactMap { $0 }
        var source = record.name
        var words = options
        if let folder = record.host_path, !folder.isEmpty {
            source = folder + (subpath.map { "/" + $0 } ?? "")
        } else if let subpath, !subpath.isEmpty {
            words.append("subpath=" + subpath)
        }
        let process = process_type.flatMap { $0.isEmpty || $0 == "_default_" ? nil : $0 }
        return try Mount(
            ([source, container_path] + (words.isEmpty ? [] : [words.joined(separator: ",")])).joined(separator: ":"),
            process: try process.map { try ProcessType($0) }, isForDeploy: phases.contains("deploy"),
            isForRun: phases.contains("run"), entry: record.entry)
    }
}
