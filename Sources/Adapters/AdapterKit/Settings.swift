/// One setting of an adapter, declared once: `report`, help and documentation are made from it.
public struct SettingDeclaration: Sendable, Equatable, Codable {
    /// The property's name, as in `scheduler-docker-local:set APP NAME VALUE`.
    public let name: String
    /// The value when neither app nor host set one; empty for none.
    public let defaultValue: String
    /// One sentence for the help and the settings table.
    public let summary: String
    /// Whether an app may set it; a property for all apps is always allowed.
    public let isPerApp: Bool
    /// Whether it says where an app's workloads live. The host keeps such values with the release: what is deployed is
    /// addressed where it is, whatever has been set since, and goes once a deploy elsewhere serves.
    public let isPlace: Bool
    /// Whether its value is a secret, which is stored but shown nowhere.
    public let isSecret: Bool
    /// What it maps; `nil` for a setting that is one value. See ``Settings/parts(of:)``.
    public let map: SettingMap?

    /// Declares a setting.
    public init(
        _ name: String, default defaultValue: String = "", isPerApp: Bool = true, isPlace: Bool = false,
        isSecret: Bool = false, map: SettingMap? = nil, summary: String
    ) {
        self.name = name
        self.defaultValue = defaultValue
        self.isPerApp = isPerApp
        self.isPlace = isPlace
        self.isSecret = isSecret
        self.map = map
        self.summary = summary
    }
}

extension SettingDeclaration {
    /// What every scheduler that keeps a lock (``DeployLocking``) declares alike. The host goes by it.
    public static let lockWait = SettingDeclaration(
        "lock-wait", default: "300", summary: "seconds that a deploy waits for another host's deploy of the app")
}

/// A setting that holds names with values, a part for each process type and maybe each kind of object.
///
/// The host makes the commands `PLUGIN:NAME:set` and `PLUGIN:NAME:report` of it.
public struct SettingMap: Sendable, Equatable, Codable {
    /// The part for all process types.
    public static let allProcesses = "--global"

    /// The names in a map called `autoscaling`, which every scheduler that can scale by itself declares alike: the host
    /// makes ``AppProcess/autoscaling`` of it.
    public static let autoscalingKeys = ["cooldown-seconds", "cpu", "max-quantity", "memory", "min-quantity"]

    /// The kinds of objects that have a part of their own; empty when there is one part a process type.
    public let resources: [String]
    /// The names that there are; empty when any will do.
    public let keys: [String]

    /// Declares a map.
    public init(resources: [String] = [], keys: [String] = []) {
        self.resources = resources
        self.keys = keys
    }
}

/// An adapter's settings, resolved: the app's value, else the host's, else the declared default.
public struct Settings: Sendable, Equatable, Codable {
    /// The plugin whose `:set` command changes these, such as `scheduler-docker-local`.
    public let plugin: String
    private let values: [String: String]

    /// - Parameters:
    ///   - plugin: the plugin whose `:set` command changes these, such as `scheduler-docker-local`.
    ///   - values: values by property name; empty counts as unset.
    public init(plugin: String, values: [String: String]) {
        self.plugin = plugin
        self.values = values
    }

    /// The value of `name`, `nil` when it is unset and has no default.
    public func text(_ name: String) -> String? {
        values[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The parts of a map (``SettingDeclaration/map``): JSON objects of texts by the part's name, which is
    /// `PROCESS.RESOURCE` or, for a map without resources, `PROCESS`; ``SettingMap/allProcesses`` stands for all types.
    /// What an app set has been put over what the host set, name by name.
    public func parts(of name: String) -> [String: String] {
        let prefix = name + "."
        return values.reduce(into: [:]) { parts, value in
            if value.key.hasPrefix(prefix), !value.value.isEmpty {
                parts[String(value.key.dropFirst(prefix.count))] = value.value
            }
        }
    }

    /// The value of `name` as a whole number of at least `least`.
    /// - Throws: ``AdapterError`` with the command that sets it.
    public func number(_ name: String, atLeast least: Int, default fallback: Int) throws -> Int {
        guard let text = text(name) else { return fallback }
        guard let number = Int(text), (least...1_000_000).contains(number) else {
            throw invalid(name, text, "must be a whole number from \(least) to 1000000")
        }
        return number
    }

    /// The value of `name` as `true` or `false`.
    /// - Throws: ``AdapterError`` with the command that sets it.
    public func flag(_ name: String, default fallback: Bool) throws -> Bool {
        switch text(name) {
        case nil: return fallback
        case "true": return true
        case "false": return false
        case .some(let text): throw invalid(name, text, "must be true or false")
        }
    }

    private func invalid(_ name: String, _ value: String, _ rule: String) -> AdapterError {
        AdapterError(
            .invalidSettings, "\(plugin) property \(name) \(rule), but is '\(value)'",
            hint: "\(plugin):set --global \(name) VALUE, or \(plugin):set APP \(name) VALUE")
    }
}

extension SettingDeclaration {
    /// Decodes a declaration, of which only `name` is required.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try fields.decode(String.self, forKey: .name),
            default: try fields.decodeIfPresent(String.self, forKey: .defaultValue) ?? "",
            isPerApp: try fields.decodeIfPresent(Bool.self, forKey: .isPerApp) ?? true,
            isPlace: try fields.decodeIfPresent(Bool.self, forKey: .isPlace) ?? false,
            isSecret: try fields.decodeIfPresent(Bool.self, forKey: .isSecret) ?? false,
            map: try fields.decodeIfPresent(SettingMap.self, forKey: .map),
            summary: try fields.decodeIfPresent(String.self, forKey: .summary) ?? "")
    }

    private enum CodingKeys: String, CodingKey {
        case name, summary, map
        case defaultValue = "default"
        case isPerApp = "perApp"
        case isPlace = "place"
        case isSecret = "secret"
    }
}

extension SettingMap {
    /// Decodes a map; a list that is left out is empty.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            resources: try fields.decodeIfPresent([String].self, forKey: .resources) ?? [],
            keys: try fields.decodeIfPresent([String].self, forKey: .keys) ?? [])
    }
}
