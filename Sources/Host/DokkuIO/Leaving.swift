import AdapterKit
import FoundationEssentials

/// Where an app lived before its last move. It is noted with the move and forgotten once nothing is left there, so
/// that a deploy that dies in between leaves nothing behind for good.
package struct Leaving: Codable, Sendable, Equatable {
    package var scheduler: String
    /// `nil` when the scheduler has but one place.
    package var place: Place?

    package init(scheduler: String, place: Place?) {
        self.scheduler = scheduler
        self.place = place
    }

    /// What is still to be left, oldest first.
    package static func kept(_ app: AppName, _ layout: DokkuLayout) throws -> [Leaving] {
        try StateFiles.read(path(app, layout)).flatMap { try? JSONDecoder().decode([Self].self, from: Data($0)) } ?? []
    }

    /// Nothing is left of `self` any more.
    package func forget(_ app: AppName, _ layout: DokkuLayout) throws {
        try StateFiles.writeOrRemove(
            Self.bytes(try Self.kept(app, layout).filter { $0 != self }), Self.path(app, layout))
    }

    static func path(_ app: AppName, _ layout: DokkuLayout) -> String {
        layout.properties("linkspan", .app(app)) + "/leaving"
    }

    /// `nil` for none.
    static func bytes(_ leaving: [Leaving]) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return leaving.isEmpty ? nil : (try? encoder.encode(leaving)).map(Array.init)
    }
}

extension StateFiles {
    fileprivate static func writeOrRemove(_ bytes: [UInt8]?, _ path: String) throws {
        if let bytes { try write(bytes, to: path) } else { try remove(path) }
    }
}
