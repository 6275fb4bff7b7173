import AdapterKit
import Foundation
import Scenarios
import Traffic

/// The recordings of one server's answers to one adapter's cases: one file a case.
package struct CaseRecordings: Sendable {
    /// `fixtures/docker/20.10.24/docker-local`
    package let folder: String

    /// - Parameters:
    ///   - fixtures: the folder `fixtures`.
    ///   - version: the server's; `nil` for the newest there is.
    /// - Returns: `nil` when nothing was recorded for the adapter.
    package static func find(_ fixtures: String, _ kind: BackendKind, adapter: String, version: String? = nil)
        -> CaseRecordings?
    {
        let base = fixtures + "/" + kind.rawValue
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: base)) ?? []
        let newest = versions.filter { version == nil || $0 == version }.filter {
            FileManager.default.fileExists(atPath: "\(base)/\($0)/\(adapter)")
        }.max { $0.compare($1, options: .numeric) == .orderedAscending }
        return newest.map { CaseRecordings(folder: "\(base)/\($0)/\(adapter)") }
    }

    package init(folder: String) {
        self.folder = folder
    }

    private func file(_ id: String) -> String { folder + "/" + id + ".har" }

    /// The recording of the case `id`; `nil` where there is none.
    /// - Throws: when the file cannot be read.
    package func recording(of id: String) throws -> Recording? {
        guard let bytes = FileManager.default.contents(atPath: file(id)) else { return nil }
        return try Recording(har: Array(bytes))
    }

    /// Keeps `recording`. A file that says the same but for times stays as it is.
    /// - Returns: whether something was written.
    package func keep(_ recording: Recording) throws -> Bool {
        let old = try self.recording(of: recording.title)
        let settled = recording.settled(over: old)
        if settled == old { return false }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(settled.har.utf8).write(to: URL(fileURLWithPath: file(recording.title)))
        return true
    }

    package func remove(_ id: String) { try? FileManager.default.removeItem(atPath: file(id)) }

    /// Every file, by name.
    package var ids: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).filter { $0.hasSuffix(".har") }
            .map { String($0.dropLast(4)) }.sorted()
    }

    /// The same for the same files, names and contents.
    package var fingerprint: String {
        var mark = Fingerprint.start
        for id in ids {
            mark = Fingerprint.sum(of: id.utf8, from: mark)
            mark = Fingerprint.sum(of: FileManager.default.contents(atPath: file(id)) ?? Data(), from: mark)
        }
        return String(mark, radix: 36)
    }
}
