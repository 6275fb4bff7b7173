import AdapterKit

extension LogQuery.Source {
    /// Nothing, a process type, or an instance such as `web.2`.
    package init(_ text: String) throws {
        if text.isEmpty {
            self = .all
        } else if let instance = InstanceName(text) {
            self = .instance(instance)
        } else {
            self = .process(try ProcessType(text))
        }
    }
}

/// `enter`'s words: `[TYPE[.INDEX] | --container-id ID] [--] [COMMAND…]`.
package enum SessionWords {
    package static func parse(_ words: [String]) throws -> (target: Session.Target, command: [String]) {
        var rest = words[...]
        var target = Session.Target.any
        if let first = rest.first, first.hasPrefix("--container-id") {
            rest.removeFirst()
            if first.hasPrefix("--container-id=") {
                target = .id(String(first.dropFirst(15)))
            } else {
                guard let id = rest.popFirst() else {
                    throw AdapterError(.invalidInput, "expected --container-id to have an argument")
                }
                target = .id(id)
            }
        } else if let first = rest.first, first != "--", !first.isEmpty {
            rest.removeFirst()
            target = try parseInstance(first)
        }
        if rest.first == "--" { rest.removeFirst() }
        return (target, Array(rest))
    }

    private static func parseInstance(_ text: String) throws -> Session.Target {
        if let dot = text.lastIndex(of: ".") {
            guard let instance = InstanceName(text) else {
                throw AdapterError(
                    .invalidInput, "'\(text.prefix(80))' is no instance",
                    details: ["'\(text[text.index(after: dot)...].prefix(40))' is no index: they count from 1"],
                    hint: "ps:report APP")
            }
            return .instance(instance)
        }
        return .process(try ProcessType(text))
    }
}

/// `-e KEY=VALUE` words.
package enum EnvironmentPairs {
    /// - Throws: ``AdapterError`` that names the key at fault, never a value.
    package static func parse(_ words: [String]) throws -> [String: String] {
        try words.reduce(into: [:]) { pairs, word in
            let key = String(word.prefix { $0 != "=" })
            guard word.contains("="), !key.isEmpty, !key.contains(" ") else {
                throw AdapterError(
                    .invalidInput, "an environment pair must be KEY=VALUE", hint: "run -e KEY=VALUE APP COMMAND")
            }
            pairs[key] = String(word.dropFirst(key.count + 1))
        }
    }
}
