import AdapterKit
import JSONDocument

/// The tags of services and the meta of groups that users want.
struct JobMetadataSettings: Sendable, Equatable {
    private var tags: [String: [String: String]]
    private var meta: [String: [String: String]]

    static let declarations = [
        SettingDeclaration("tags", map: SettingMap(), summary: "tags NAME=VALUE of the app's services"),
        SettingDeclaration("meta", map: SettingMap(), summary: "meta of the app's groups"),
    ]

    /// - Throws: ``AdapterError`` when a part is no object of texts, or a name is one of ours.
    init(_ settings: Settings) throws {
        tags = try Self.read("tags", settings)
        meta = try Self.read("meta", settings)
    }

    /// `NAME=VALUE` for the service of a process type. What is set for the type goes before what is set for all.
    func tags(of process: ProcessType) -> [String] {
        Self.of(tags, process).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// The meta for the group of a process type, or for jobs without one.
    func meta(of process: ProcessType?) -> [String: String] { Self.of(meta, process) }

    private static func of(_ parts: [String: [String: String]], _ process: ProcessType?) -> [String: String] {
        (parts[SettingMap.allProcesses] ?? [:]).merging(process.flatMap { parts[$0.description] } ?? [:]) { $1 }
    }

    private static func read(_ name: String, _ settings: Settings) throws -> [String: [String: String]] {
        try settings.parts(of: name).reduce(into: [:]) { parts, part in
            guard let fields = try? JSONValue(parsing: Array(part.value.utf8)).fields?.compactMapValues(\.text),
                !fields.keys.contains(where: { $0.isEmpty || $0.hasPrefix("linkspan") })
            else {
                throw AdapterError(
                    .invalidSettings,
                    "\(settings.plugin) property \(name).\(part.key) is no JSON object of texts, or has a name of our own",
                    hint: "\(settings.plugin):\(name):report APP")
            }
            parts[part.key] = fields
        }
    }
}
