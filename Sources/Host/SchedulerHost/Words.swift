import AdapterKit

/// `web` or `web.2`, as people name what they mean.
enum ProcessWord {
    case process(ProcessType)
    case instance(InstanceName)

    /// - Throws: ``AdapterError`` that says what is wrong with which part.
    init(_ text: String) throws {
        guard let dot = text.lastIndex(of: ".") else {
            self = .process(try ProcessType(text))
            return
        }
        let process = try ProcessType(String(text[..<dot]))
        guard let index = Int(text[text.index(after: dot)...]), index >= 1 else {
            throw AdapterError(
                .invalidInput, "'\(text.prefix(80))' is no instance of \(process): they count from 1",
                hint: "ps:report APP")
        }
        self = .instance(InstanceName(process, index))
    }
}

extension LogQuery.Source {
    /// Nothing, a process type, or an instance such as `web.2`.
    package init(_ text: String) throws {
        guard !text.isEmpty else {
            self = .all
            return
        }
        switch try ProcessWord(text) {
        case .process(let type): self = .process(type: type)
        case .instance(let name): self = .instance(name: name)
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
                target = .id(prefix: String(first.dropFirst(15)))
            } else {
                guard let id = rest.popFirst() else {
                    throw AdapterError(.invalidInput, "expected --container-id to have an argument")
                }
                target = .id(prefix: id)
            }
        } else if let first = rest.first, first != "--", !first.isEmpty {
            rest.removeFirst()
            switch try ProcessWord(first) {
            case .process(let type): target = .process(type: type)
            case .instance(let name): target = .instance(name: name)
            }
        }
        if rest.first == "--" { rest.removeFirst() }
        return (target, Array(rest))
    }
}

/// `-e KEY=VALUE` words.
package enum EnvironmentPairs {
    /// - Throws: ``AdapterError`` that tells which pair is at fault, and nothing of what stands in it.
    package static func parse(_ words: [String]) throws -> [String: String] {
        try words.enumerated().reduce(into: [:]) { pairs, item in
            let (index, word) = item
            let key = String(word.prefix { $0 != "=" })
            guard word.contains("="), !key.isEmpty, !key.contains(" ") else {
                throw AdapterError(
                    .invalidInput, "environment pair \(index + 1) is not of the form KEY=VALUE",
                    hint: "run -e KEY=VALUE APP COMMAND")
            }
            pairs[key] = String(word.dropFirst(key.count + 1))
        }
    }
}

extension ProcessType {
    /// The process type whose command a task's words may stand for.
    static func named(by words: [String]) -> ProcessType? { words.first.flatMap { try? ProcessType($0) } }
}
