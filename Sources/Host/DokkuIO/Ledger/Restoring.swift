import AdapterKit
import FoundationEssentials

/// An app's files as they were at an earlier release, for as long as the deploy of it takes.
///
/// How they were before is written down first: a deploy that fails puts them back, and whoever comes next does where a
/// process was killed.
package struct Restoring: Sendable {
    private struct Record: Codable {
        var before: ReleaseFiles
        /// Names of images in the local engine that lead elsewhere for now, and the ids that they led to.
        var images: [String: String]
        /// The release that served.
        var live: Int?
    }

    private let layout: DokkuLayout
    private let app: AppName
    private let record: Record

    /// Writes down how the app is. Nothing is changed yet.
    /// - Parameter images: names of images that are about to lead elsewhere, and the ids that they lead to.
    package static func begin(
        _ app: AppName, _ layout: DokkuLayout, images: [String: String] = [:]
    ) throws -> Restoring {
        let record = Record(
            before: try .current(app, layout), images: images, live: try LiveRelease.kept(app, layout))
        let change = Restoring(layout: layout, app: app, record: record)
        try StateFiles.write(JSONEncoder().encode(record), to: change.path)
        return change
    }

    /// What a deploy has left that failed, was killed or took over; `nil` for nothing.
    package static func pending(_ app: AppName, _ layout: DokkuLayout) throws -> Restoring? {
        guard let bytes = try StateFiles.read(path(app, layout)),
            let record = try? JSONDecoder().decode(Record.self, from: Data(bytes))
        else { return nil }
        return Restoring(layout: layout, app: app, record: record)
    }

    /// Puts `files` in place of the app's own.
    package func apply(_ files: ReleaseFiles) throws { try FileBatch.prepare(try files.changes(app, layout)).commit() }

    /// Whether the release has taken over, so that its files stay.
    package func hasTakenOver() throws -> Bool { try LiveRelease.kept(app, layout) != record.live }

    /// Where names of images are to lead again when the release has not taken over.
    package var images: [String: String] { record.images }

    /// The release's files stay.
    package func finish() throws { try StateFiles.remove(path) }

    /// The files are as they were before.
    package func takeBack() throws {
        try apply(record.before)
        try finish()
    }

    private var path: String { Self.path(app, layout) }

    private static func path(_ app: AppName, _ layout: DokkuLayout) -> String {
        Ledger.folder(app, layout) + "/restoring.json"
    }
}
