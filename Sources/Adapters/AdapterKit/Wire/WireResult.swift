import FoundationEssentials
import JSONDocument

/// What a program leaves in the file that `ADAPTER_RESULT` names. A call without a result may leave it empty.
public struct WireResult: Codable, Sendable {
    /// What went wrong; there is nothing else then.
    public var error: AdapterError?
    /// `manifest`
    public var manifest: ProgramManifest?
    /// `deploy`; `located`
    public var instances: [Instance]?
    /// `deploy`
    public var superseded: [Instance]?
    /// `deploy`: see ``Rollout/place``.
    public var place: String?
    /// `status`
    public var count: Int?
    /// `status`
    public var running: AppStatus.Running?
    /// `status`
    public var states: [InstanceState]?
    /// `tasks`
    public var tasks: [TaskRecord]?
    /// `stop-tasks`: the names of what was stopped. `retire`, `leftovers`: ids.
    public var names: [String]?
    /// `compare`
    public var comparison: Comparison?
    /// `examine`
    public var examination: Examination?
    /// `platforms`
    public var platforms: [Platform]?
    /// `take-lock`, where it is somebody else's; `show-lock`
    public var lock: HeldLock?
    /// `renew-lock`
    public var isHeld: Bool?
    /// `check`: the instances that failed.
    public var failures: [FailedInstance]?
    /// `inspect`, `plan`
    private var document: JSONValue?

    /// Makes an empty result.
    public init() {}

    /// `inspect`, `plan`: a JSON document; `nil` for what is none.
    public var documentBytes: [UInt8]? {
        get { document.map { Array(($0.indented(by: 2) + "\n").utf8) } }
        set { document = newValue.flatMap { try? JSONValue(parsing: $0) } }
    }

    /// The document.
    public func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(self))
    }

    /// Reads a document; nothing at all is an empty result.
    /// - Throws: ``AdapterError`` when it is something else.
    public init(decoding bytes: [UInt8]) throws {
        guard bytes.contains(where: { !" \n\t\r".utf8.contains($0) }) else { return }
        do {
            self = try JSONDecoder().decode(Self.self, from: Data(bytes))
        } catch {
            throw AdapterError(
                .unexpectedReply, "the adapter's result cannot be read", details: [Self.describe(error)],
                hint: "linkspan-conformance check ADAPTER")
        }
    }

    private static func describe(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "the document"
                : path.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }
                    .joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context.codingPath)) lacks \(key.stringValue)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            return "\(place(context.codingPath)) is of another kind than expected"
        case .dataCorrupted(let context):
            return context.codingPath.isEmpty ? "it is no JSON" : "\(place(context.codingPath)) cannot be used"
        @unknown default: return "it has another shape than expected"
        }
    }
}

/// The file `adapter.json` of an adapter that is a program: the manifest, its settings and variables.
public struct ProgramManifest: Codable, Sendable, Equatable {
    /// The version of the protocol that it speaks.
    public var version: Int
    /// What the adapter says of itself.
    public var manifest: Manifest
    /// The adapter's settings.
    public var settings: [SettingDeclaration]
    /// The environment variables that it may see.
    public var variables: [String]

    /// What a plugin says of itself.
    public init(_ plugin: AdapterPlugin) {
        version = WireRequest.currentVersion
        manifest = plugin.manifest
        settings = plugin.settings
        variables = plugin.variables
    }

    /// Decodes a flat document; `capabilities`, `settings` and `variables` may be left out.
    /// - Throws: `DecodingError`, for capabilities that do not exist too: a claim nobody understands helps nobody.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        version = try fields.decode(Int.self, forKey: .version)
        manifest = Manifest(
            scheduler: try fields.decode(String.self, forKey: .scheduler),
            capabilities: try fields.decodeIfPresent(Set<Capability>.self, forKey: .capabilities) ?? [],
            images: try fields.decodeIfPresent(ImageSource.self, forKey: .images) ?? .registry,
            cron: try fields.decodeIfPresent(CronHome.self, forKey: .cron) ?? CronHome.none)
        settings = try fields.decodeIfPresent([SettingDeclaration].self, forKey: .settings) ?? []
        variables = try fields.decodeIfPresent([String].self, forKey: .variables) ?? []
    }

    /// Encodes a flat document.
    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(version, forKey: .version)
        try fields.encode(manifest.scheduler, forKey: .scheduler)
        try fields.encode(manifest.capabilities.sorted(), forKey: .capabilities)
        try fields.encode(manifest.images, forKey: .images)
        try fields.encode(manifest.cron, forKey: .cron)
        if !settings.isEmpty { try fields.encode(settings, forKey: .settings) }
        if !variables.isEmpty { try fields.encode(variables, forKey: .variables) }
    }

    private enum CodingKeys: String, CodingKey {
        case version, scheduler, capabilities, images, cron, settings, variables
    }
}
