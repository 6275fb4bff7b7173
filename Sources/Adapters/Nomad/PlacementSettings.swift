import AdapterKit
import JSONDocument

/// The settings that say on which nodes an app's allocations are placed.
struct PlacementSettings: Sendable, Equatable {
    /// A condition on nodes.
    struct Rule: Sendable, Equatable {
        /// `${attr.kernel.name}`
        var attribute: String
        /// In Nomad's words: `=`, `!=`, `regexp`, `version` …
        var operand: String
        var value: String
        /// How much an affinity counts, -100 to 100.
        var weight: Int
    }

    /// Empty for all that there are.
    var datacenters: [String]
    var nodePool: String?
    var constraints: [Rule]
    var affinities: [Rule]
    /// The attributes that instances spread over.
    var spreads: [String]

    static let declarations = [
        SettingDeclaration("datacenters", summary: "the datacenters to run in, joined by commas; all when unset"),
        SettingDeclaration("node-pool", summary: "the node pool to run in; default when unset"),
        SettingDeclaration(
            "constraints",
            summary: "what nodes must have: ATTRIBUTE OPERATOR VALUE, such as meta.rack = r1, joined by semicolons"),
        SettingDeclaration(
            "affinities",
            summary: "what nodes should have: ATTRIBUTE OPERATOR VALUE [WEIGHT], joined by semicolons"),
        SettingDeclaration(
            "spreads", summary: "attributes that instances spread over, such as node.datacenter, joined by commas"),
    ]

    /// Operators that stand alone.
    private static let unary = ["is_set", "is_not_set", "distinct_hosts", "distinct_property"]
    private static let operands =
        [
            "=", "==", "is", "!=", "not", "<", "<=", ">", ">=", "regexp", "version", "semver", "set_contains",
            "set_contains_all", "set_contains_any",
        ] + unary

    /// - Throws: ``AdapterError`` for a rule that is none.
    init(_ settings: Settings) throws {
        datacenters = settings.words("datacenters")
        nodePool = settings.text("node-pool")
        constraints = try Self.rules("constraints", settings, hasWeight: false)
        affinities = try Self.rules("affinities", settings, hasWeight: true)
        spreads = settings.words("spreads").map(Self.attribute)
    }

    private static func rules(_ name: String, _ settings: Settings, hasWeight: Bool) throws -> [Rule] {
        let texts = (settings.text(name) ?? "").split(separator: ";").map(String.init)
        return try texts.compactMap { text in
            var words = text.split(whereSeparator: \.isWhitespace).map(String.init)
            guard !words.isEmpty else { return nil }
            var weight = 50
            if hasWeight, words.count > 3, let last = words.last.flatMap({ Int($0) }), (-100...100).contains(last),
                last != 0
            {
                weight = last
                words.removeLast()
            }
            if words == ["distinct_hosts"] {
                return Rule(attribute: "", operand: "distinct_hosts", value: "true", weight: weight)
            }
            guard words.count >= 2, operands.contains(words[1]), words.count > 2 || unary.contains(words[1]) else {
                throw AdapterError(
                    .invalidSettings,
                    "\(settings.plugin) property \(name) has '\(text.prefix(80))', which is not ATTRIBUTE OPERATOR VALUE",
                    hint: "\(settings.plugin):set APP \(name) 'meta.rack = r1; attr.kernel.name = linux'")
            }
            return Rule(
                attribute: attribute(words[0]), operand: words[1], value: words.dropFirst(2).joined(separator: " "),
                weight: weight)
        }
    }

    /// `attr.kernel.name` means `${attr.kernel.name}`.
    private static func attribute(_ text: String) -> String { text.hasPrefix("${") ? text : "${\(text)}" }
}

extension PlacementSettings {
    /// The fields of a job that say where its allocations go.
    /// - Parameter fallback: the datacenters where none are set.
    func fields(fallback: [String]) -> [String: JSONValue] {
        func document(_ rule: Rule) -> [String: JSONValue] {
            [
                "LTarget": .string(rule.attribute), "Operand": .string(rule.operand), "RTarget": .string(rule.value),
            ]
        }
        var fields: [String: JSONValue] = ["Datacenters": .strings(datacenters.isEmpty ? fallback : datacenters)]
        if let nodePool { fields["NodePool"] = .string(nodePool) }
        if !constraints.isEmpty { fields["Constraints"] = .array(constraints.map { .object(document($0)) }) }
        if !affinities.isEmpty {
            fields["Affinities"] = .array(
                affinities.map { .object(document($0).merging(["Weight": .integer($0.weight)]) { $1 }) })
        }
        if !spreads.isEmpty {
            fields["Spreads"] = .array(spreads.map { ["Attribute": .string($0), "Weight": 50] })
        }
        return fields
    }
}
