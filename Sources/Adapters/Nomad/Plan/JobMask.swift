import JSONDocument

/// Takes secrets out of what is shown of a job: values of variables, text of templates, logins and tokens.
struct JobMask: Sendable {
    /// What stands in a secret's place.
    let mark: String
    /// Takes secrets out of all other texts: a command may have config filled in.
    let text: @Sendable (String) -> String

    /// Fields whose text is a secret wherever they stand.
    private static let secretFields: Set<String> = [
        "password", "username", "Payload", "VaultToken", "ConsulToken", "NomadTokenID", "SecretID", "Token",
    ]
    /// Variables that hold no secret (contract 2.18).
    private static let openVariables: Set<String> = ["CACHE_PATH", "DYNO", "PATH", "PORT", "TRACE", "USER"]

    init(mark: String, text: @escaping @Sendable (String) -> String = { $0 }) {
        self.mark = mark
        self.text = text
    }

    func masked(_ document: JSONValue) -> JSONValue {
        switch document {
        case .object(let fields):
            return .object(Dictionary(uniqueKeysWithValues: fields.map { ($0, field($0, $1)) }))
        case .array(let items): return .array(items.map(masked))
        case .string(let value): return .string(text(value))
        default: return document
        }
    }

    private func field(_ name: String, _ value: JSONValue) -> JSONValue {
        if name == "Env" || name == "Items", case .object(let fields) = value {
            return .object(
                Dictionary(uniqueKeysWithValues: fields.map { ($0, Self.isOpen($0) ? masked($1) : .string(mark)) }))
        }
        guard case .string(let value) = value, !value.isEmpty else { return masked(value) }
        if name == "EmbeddedTmpl" { return .string(template(value)) }
        return .string(Self.isSecret(name, value) ? mark : text(value))
    }

    /// A field of a comparison by the server, such as `Env[RELEASE]`, `EmbeddedTmpl` or `auth[0][password]`.
    func masked(_ value: String, ofField path: String) -> String {
        guard !value.isEmpty else { return value }
        let names = path.split { "[].".contains($0) }.map(String.init)
        if names.first == "Env" || names.first == "Items" {
            return names.last.map(Self.isOpen) == true ? text(value) : mark
        }
        if names.last == "EmbeddedTmpl" { return template(value) }
        return names.last.map { Self.isSecret($0, value) } == true ? mark : text(value)
    }

    /// A text that only says what is to be read, or names an instance, may be seen.
    private func template(_ value: String) -> String {
        value.hasPrefix("{{ with nomadVar ") || value.hasPrefix("DYNO=") ? value : mark
    }

    /// What a secret is filled in from is none.
    private static func isSecret(_ name: String, _ value: String) -> Bool {
        secretFields.contains(name) && !value.hasPrefix("${")
    }

    private static func isOpen(_ name: String) -> Bool {
        openVariables.contains(name) || ["DOCKER_", "DOKKU_", "NOMAD_"].contains { name.hasPrefix($0) }
    }
}
