import JSONDocument

/// What an agent says of itself.
struct AgentFacts: Sendable, Decodable {
    struct Config: Sendable, Decodable {
        struct VersionPart: Sendable, Decodable {
            var Version: String?
        }

        struct ACLPart: Sendable, Decodable {
            var Enabled: Bool?
        }

        var Version: VersionPart?
        var ACL: ACLPart?
        var Region: String?
        var Datacenter: String?
    }

    var config: Config

    var version: NomadVersion? { config.Version?.Version.flatMap { NomadVersion($0) } }
}

/// `1.4.3`, `1.8.0-beta.1`, `1.7.2+ent`
struct NomadVersion: Sendable, Comparable, CustomStringConvertible {
    let description: String
    private let numbers: [Int]

    /// `nil` for what is no version.
    init?(_ text: String) {
        let text = text.hasPrefix("v") ? text.dropFirst() : text[...]
        let numbers = text.prefix { $0 != "-" && $0 != "+" }.split(separator: ".").map { Int($0) }
        guard numbers.count >= 2, !numbers.contains(nil) else { return nil }
        description = String(text)
        self.numbers = numbers.compactMap { $0 }
    }

    init(_ major: Int, _ minor: Int) {
        description = "\(major).\(minor).0"
        numbers = [major, minor, 0]
    }

    static func == (left: Self, right: Self) -> Bool { left.numbers == right.numbers }
    static func < (left: Self, right: Self) -> Bool { left.numbers.lexicographicallyPrecedes(right.numbers) }
}

struct NodeStub: Sendable, Equatable, Decodable {
    struct Driver: Sendable, Equatable, Decodable {
        var Detected: Bool?
        var Healthy: Bool?
        var HealthDescription: String?
    }

    var ID: String
    var Name: String
    var Datacenter: String?
    /// Nomad 1.6 and newer.
    var NodePool: String?
    /// `ready`, `down`, `initializing` or `disconnected`.
    var Status: String
    var SchedulingEligibility: String?
    var Version: String?
    var Drivers: [String: Driver]?

    /// Whether allocations may be placed there.
    var isEligible: Bool { Status == "ready" && SchedulingEligibility != "ineligible" }
}

struct NodeFacts: Sendable, Equatable, Decodable {
    var ID: String
    var Attributes: [String: String]?
}

struct NamespaceFacts: Sendable, Equatable, Decodable {
    var Name: String
    var Description: String?
}

struct TokenFacts: Sendable, Equatable, Decodable {
    var Name: String?
    /// `client` or `management`.
    var `Type`: String?
    var Policies: [String]?
    /// RFC 3339; tokens that expire came with 1.4.
    var ExpirationTime: String?
}

/// A policy as the server has understood it.
struct PolicyFacts: Sendable, Equatable, Decodable {
    struct NamespaceRules: Sendable, Equatable, Decodable {
        /// May end with `*`.
        var Name: String
        /// What `policy` stands for is among them.
        var Capabilities: [String]?
    }

    struct RulesPart: Sendable, Equatable, Decodable {
        var Namespaces: [NamespaceRules]?
    }

    var Name: String
    var RulesJSON: RulesPart?
}

/// A variable, with its items where it was asked for by its path.
struct NomadVariable: Sendable, Equatable, Decodable {
    var Path: String
    var Items: [String: String]?
    var ModifyIndex: Int
}
