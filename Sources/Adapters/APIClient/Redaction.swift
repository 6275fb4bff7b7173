/// What a log line may say of a request: its method, path and query, never a header or a body.
extension APIRequest {
    /// `GET /containers/json`: enough to name the request in a message.
    package var summary: String { "\(method.rawValue) \(path)" }

    /// Method, path and query with the values of telling names taken out.
    package var loggable: String {
        var copy = self
        copy.query = query.map { item in
            Redaction.isSecret(name: item.name) ? QueryItem(item.name, "***") : item
        }
        return "\(method.rawValue) \(copy.target)"
    }
}

package enum Redaction {
    private static let tellingWords = [
        "token", "secret", "password", "passwd", "signature", "credential", "auth", "key",
    ]

    /// Whether a value under `name` must be taken for a secret.
    package static func isSecret(name: String) -> Bool {
        let name = name.lowercased()
        return tellingWords.contains { name.contains($0) }
    }

    /// `url` without user and password.
    package static func withoutUserInfo(_ url: String) -> String {
        guard let scheme = url.range(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard let at = authority.lastIndex(of: "@") else { return url }
        return String(url[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(text) { return start..<index(start, offsetBy: text.count) }
            start = index(after: start)
        }
        return nil
    }
}
