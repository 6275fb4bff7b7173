/// What a registry wants to see before it answers: the `WWW-Authenticate` of a 401 (RFC 9110, 11.6.1).
enum Challenge: Equatable {
    case basic
    /// A token, which `realm` gives for a login.
    case bearer(realm: String, service: String?, scope: String?)

    /// The strongest of `headers` that is understood.
    init?(_ headers: [String]) {
        let found = headers.compactMap { Challenge($0) }
        guard let challenge = found.first(where: { $0 != .basic }) ?? found.first else { return nil }
        self = challenge
    }

    private init?(_ header: String) {
        let scheme = header.prefix { $0 != " " }.lowercased()
        if scheme == "basic" {
            self = .basic
            return
        }
        let fields = Self.fields(header.dropFirst(scheme.count))
        guard scheme == "bearer", let realm = fields["realm"] else { return nil }
        self = .bearer(realm: realm, service: fields["service"], scope: fields["scope"])
    }

    /// `name="value"` pairs between commas; a quoted value may hold commas itself.
    private static func fields(_ text: Substring) -> [String: String] {
        var fields: [String: String] = [:]
        var rest = text
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals].filter { $0 != " " && $0 != "," }.lowercased()
            rest = rest[rest.index(after: equals)...]
            let isQuoted = rest.first == "\""
            if isQuoted { rest = rest.dropFirst() }
            fields[name] = String(rest.prefix { isQuoted ? $0 != "\"" : $0 != "," })
            rest = rest.drop { isQuoted ? $0 != "\"" : $0 != "," }.dropFirst()
        }
        return fields
    }
}
