import AdapterKit
import FoundationEssentials

/// Map properties: one JSON object of texts a file (contract 4.2).
extension Properties {
    /// A map; empty when it is not set.
    /// - Throws: ``AdapterError`` when the file holds something else.
    package func map(_ name: String, _ scope: PropertyScope) throws -> [String: String] {
        guard let text = try value(name, scope), !text.isEmpty else { return [:] }
        guard let map = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)) else {
            throw AdapterError(.invalidSettings, "\(plugin) property \(name) of \(scope) is no JSON object of texts")
        }
        return map
    }

    /// Writes a map; an empty one goes.
    package func setMap(_ name: String, to map: [String: String], _ scope: PropertyScope) throws {
        try set(name, to: map.isEmpty ? "" : Self.text(map), scope)
    }

    /// The parts of a map setting by name: what the host set, and over it what the app set.
    package func parts(of name: String, _ app: AppName?) throws -> [String: [String: String]] {
        var parts: [String: [String: String]] = [:]
        for scope in [PropertyScope.global] + (app.map { [.app($0)] } ?? []) {
            for part in try partNames(of: name, scope) {
                parts[part, default: [:]].merge(try map("\(name).\(part)", scope)) { $1 }
            }
        }
        return parts
    }

    /// The names of the parts that are set in one scope, sorted.
    package func partNames(of name: String, _ scope: PropertyScope) throws -> [String] {
        try names(scope).filter { $0.hasPrefix(name + ".") }.map { String($0.dropFirst(name.count + 1)) }
    }

    /// A map as one line of JSON, names sorted.
    package static func text(_ map: [String: String]) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(map), as: UTF8.self)
    }
}
