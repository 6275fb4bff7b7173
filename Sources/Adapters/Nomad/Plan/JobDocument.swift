import JSONDocument

/// Parts of a job's document.
extension JSONValue {
    /// Durations are nanoseconds.
    static func seconds(_ number: Int) -> JSONValue { .integer(number * 1_000_000_000) }

    /// A word of a docker task's `Config`, which is a template of HCL: what it would fill in stays as it is written.
    static func literal(_ word: String) -> JSONValue {
        .string(word.escaping("${").escaping("%{"))
    }

    static func literals(_ words: some Sequence<String>) -> JSONValue { .array(words.map { .literal($0) }) }

    static func literals(_ words: [String: String]) -> JSONValue { .object(words.mapValues { .literal($0) }) }
}

extension String {
    /// HCL takes a doubled first character for the characters themselves.
    fileprivate func escaping(_ start: String) -> String {
        var parts: [Substring] = []
        var rest = self[...]
        while let found = rest.firstRange(of: start) {
            parts.append(rest[..<found.lowerBound])
            rest = rest[found.upperBound...]
        }
        return (parts + [rest]).joined(separator: start.prefix(1) + start)
    }
}

/// Whether a server already has what would be registered.
enum JobSameness {
    /// What follows from the count: `scale` changes that one alone, and a deploy puts these right.
    private static let followsCount: Set<String> = ["Canary", "MaxParallel"]

    /// Whether `live` says all that `wanted` says. The server adds fields and defaults; what it adds is no difference.
    static func covers(_ live: JSONValue?, _ wanted: JSONValue) -> Bool {
        switch wanted {
        case .object(let fields):
            if fields.isEmpty, live == nil || live == .null { return true }
            return fields.allSatisfy { key, value in followsCount.contains(key) || covers(live?[key], value) }
        case .array(let items):
            let found = live?.items ?? []
            return found.count == items.count && zip(found, items).allSatisfy { covers($0, $1) }
        // Left to the server.
        case .null: return true
        default: return live == wanted
        }
    }
}
