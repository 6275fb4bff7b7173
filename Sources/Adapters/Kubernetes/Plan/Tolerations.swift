import JSONDocument

/// Taints that pods put up with, as kubectl writes taints.
enum Toleration {
    /// Takes `key=value:effect`, `key:effect`, `key=value` or `key`.
    static func document(_ text: String) -> JSONValue {
        let halves = text.split(separator: ":", maxSplits: 1).map(String.init)
        let pair = (halves.first ?? "").split(separator: "=", maxSplits: 1).map(String.init)
        var document: [String: JSONValue] = ["key": .string(pair.first ?? "")]
        if pair.count == 2 {
            document["operator"] = "Equal"
            document["value"] = .string(pair[1])
        } else {
            document["operator"] = "Exists"
        }
        if halves.count == 2 { document["effect"] = .string(halves[1]) }
        return .object(document)
    }
}
