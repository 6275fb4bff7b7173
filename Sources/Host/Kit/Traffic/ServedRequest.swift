/// A request as a server sees it, whole.
package struct ServedRequest: Sendable, Equatable {
    /// `GET`, `POST`, … in capitals.
    package var method: String
    /// Path and query as they came.
    package var target: String
    package var headers: [HTTPField]
    package var body: [UInt8]

    package init(_ method: String, _ target: String, headers: [HTTPField] = [], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }

    /// The path without the query, percent-encoded as it came.
    package var path: String { String(target.prefix { $0 != "?" }) }

    /// The path's parts, decoded.
    package var pathParts: [String] { path.split(separator: "/").map { percentDecoded(String($0)) } }

    /// Names and values of the query, decoded, in their order.
    package var query: [QueryField] {
        guard let mark = target.firstIndex(of: "?") else { return [] }
        return target[target.index(after: mark)...].split(separator: "&").map { pair in
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return QueryField(
                name: percentDecoded(String(parts[0]), plusIsBlank: true),
                value: parts.count > 1 ? percentDecoded(String(parts[1]), plusIsBlank: true) : "")
        }
    }

    /// The first value of `name` in the query.
    package func query(_ name: String) -> String? { query.first { $0.name == name }?.value }

    /// Whether the query says yes to `name`, in any of the ways that Go's servers understand.
    package func flag(_ name: String) -> Bool { ["1", "t", "T", "true", "TRUE", "True"].contains(query(name) ?? "") }

    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// The protocol that the client would rather speak on this connection, such as `tcp` or `websocket`.
    package var upgrade: String? {
        guard header("connection")?.lowercased().contains("upgrade") == true else { return nil }
        return header("upgrade")?.lowercased()
    }
}

package struct HTTPField: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

package struct QueryField: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// `text` with `%XX` taken for the bytes they stand for. What is no such triple stays.
package func percentDecoded(_ text: String, plusIsBlank: Bool = false) -> String {
    var decoded: [UInt8] = []
    let bytes = Array(text.utf8)
    var index = 0
    while index < bytes.count {
        if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count,
            let value = UInt8(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), radix: 16)
        {
            decoded.append(value)
            index += 3
        } else {
            decoded.append(plusIsBlank && bytes[index] == UInt8(ascii: "+") ? 32 : bytes[index])
            index += 1
        }
    }
    return String(decoding: decoded, as: UTF8.self)
}
