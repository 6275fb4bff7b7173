import JSONDocument

/// What a run has learned so far, by name, and which of it is secret.
struct Captured: Sendable {
    private(set) var values: [String: String]
    /// Secret values with the names that stand for them in a recording.
    private(set) var secrets: [String: String]

    /// - Parameter secrets: what the run starts with, such as a password, by name.
    init(secrets: [String: String]) {
        values = secrets
        self.secrets = Dictionary(secrets.map { ($1, $0) }) { first, _ in first }
    }

    mutating func keep(_ value: String, as name: String, isSecret: Bool) {
        values[name] = value
        if isSecret { secrets[value] = name }
    }

    /// `text` with every `{{name}}` filled in.
    /// - Throws: ``ScenarioProblem`` for a name that no earlier step captured.
    func filled(_ text: String) throws -> String {
        guard text.contains("{{") else { return text }
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "{{") {
            result += rest[..<start.lowerBound]
            rest = rest[start.upperBound...]
            guard let end = rest.firstRange(of: "}}") else { throw ScenarioProblem("'\(text)' lacks a '}}'") }
            let name = String(rest[..<end.lowerBound])
            guard let value = values[name] else { throw ScenarioProblem("nothing was captured as '\(name)'") }
            result += value
            rest = rest[end.upperBound...]
        }
        return result + rest
    }

    func filled(_ document: JSONValue) throws -> JSONValue {
        switch document {
        case .string(let text): .string(try filled(text))
        case .array(let items): .array(try items.map { try filled($0) })
        case .object(let fields): .object(try fields.mapValues { try filled($0) })
        default: document
        }
    }
}
