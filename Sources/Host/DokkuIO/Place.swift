import AdapterKit
import FoundationEssentials

/// Where a release was deployed, so that it is found there whatever is set later.
package struct Place: Codable, Sendable, Equatable {
    /// The values of the settings that say where (``SettingDeclaration/isPlace``); empty for unset.
    package var settings: [String: String]
    /// What the scheduler calls the place: ``Rollout/place``.
    package var id: String?

    package init(settings: [String: String], id: String? = nil) {
        self.settings = settings
        self.id = id
    }

    /// Where the release that serves was deployed; `nil` when its scheduler has but one place.
    package static func kept(_ app: AppName, _ layout: DokkuLayout) throws -> Place? {
        try StateFiles.read(path(app, layout)).flatMap { try? JSONDecoder().decode(Self.self, from: Data($0)) }
    }

    static func path(_ app: AppName, _ layout: DokkuLayout) -> String {
        layout.properties("linkspan", .app(app)) + "/place"
    }

    var encoded: [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(self)).map(Array.init)
    }

    /// What is set, as a person would say it.
    package var text: String {
        settings.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
            .joined(separator: ", ")
    }
}
