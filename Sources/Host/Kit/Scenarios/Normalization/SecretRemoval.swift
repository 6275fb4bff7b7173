import JSONDocument
import Traffic

/// Takes secrets out before anything else sees a recording, and leaves `‹secret:NAME›` in their place.
package struct SecretRemoval {
    /// Of these rules; recordings made by older ones have to be looked through again.
    package static let version = 1

    private let rules: NormalizationRules
    private let known: [(value: String, placeholder: String)]

    /// - Parameter secrets: values that must not stand anywhere, with their names.
    package init(_ rules: NormalizationRules, _ secrets: [String: String]) {
        self.rules = rules
        // The longest first: one secret may hold another. All forms that a value travels in.
        known = secrets.filter { $0.key.utf8.count >= 4 }.flatMap { value, name in
            let placeholder = Self.placeholder(name)
            return [(value, placeholder), (Base64.encode(Array(value.utf8)), Self.encoded(name))]
        }.sorted { ($0.0.utf8.count, $0.0) > ($1.0.utf8.count, $1.0) }
    }

    static func placeholder(_ name: String) -> String { "‹secret:\(name)›" }
    static func encoded(_ name: String) -> String { Base64.encode(Array(placeholder(name).utf8)) }

    package func cleaned(_ exchanges: [Exchange]) -> [Exchange] {
        exchanges.map { exchange in
            var exchange = exchange
            exchange.request.path = cleaned(exchange.request.path)
            exchange.request.query = exchange.request.query.map {
                QueryField(
                    name: $0.name, value: Self.isTelling($0.name) ? Self.placeholder($0.name) : cleaned($0.value))
            }
            exchange.request.headers = exchange.request.headers.map { header($0) }
            exchange.request.body = cleaned(exchange.request.body)
            exchange.response.headers = exchange.response.headers.map { HTTPField($0.name, cleaned($0.value)) }
            exchange.response.body = cleaned(exchange.response.body)
            exchange.response.frames = exchange.response.frames.map {
                var frame = $0
                frame.content = cleaned(frame.content)
                return frame
            }
            return exchange
        }
    }

    private static func isTelling(_ name: String) -> Bool {
        ["token", "secret", "password", "sig", "signature"].contains(name.lowercased())
    }

    /// An authorization keeps its scheme, and a name where its value is a known one.
    private func header(_ field: HTTPField) -> HTTPField {
        guard field.name.lowercased() == "authorization" else { return HTTPField(field.name, cleaned(field.value)) }
        let parts = field.value.split(separator: " ", maxSplits: 1)
        guard parts.count == 2 else { return HTTPField(field.name, Self.placeholder("authorization")) }
        let found = cleaned(String(parts[1]))
        let isKnown = found.hasPrefix("‹secret:") || found != parts[1]
        return HTTPField(field.name, "\(parts[0]) " + (isKnown ? found : Self.placeholder("authorization")))
    }

    private func cleaned(_ body: RecordedBody) -> RecordedBody {
        switch body {
        case .none: body
        case .json(let document): .json(cleaned(document))
        case .text(let text): .text(cleaned(text))
        case .bytes(let bytes):
            // What is no text can hold a text all the same.
            known.contains { contains(bytes, Array($0.value.utf8)) } ? .text(Self.placeholder("bytes")) : body
        }
    }

    private func contains(_ bytes: [UInt8], _ wanted: [UInt8]) -> Bool {
        bytes.indices.contains { bytes[$0...].starts(with: wanted) }
    }

    private func cleaned(_ document: JSONValue) -> JSONValue {
        switch document {
        case .string(let text): return .string(cleaned(text))
        case .array(let items): return .array(items.map { cleaned($0) })
        case .object(let fields):
            let secretFields = rules.secretObjects.filter {
                $0.mark.field.isEmpty || fields[$0.mark.field]?.text == $0.mark.value
            }
            var result = fields.mapValues { cleaned($0) }
            // A list's items leave out what kind they are.
            if let kind = fields["kind"]?.text, kind.hasSuffix("List"), let items = fields["items"]?.items {
                result["items"] = .array(
                    items.map { item in
                        var marked = item
                        if item["kind"] == nil { marked["kind"] = .string(String(kind.dropLast(4))) }
                        var clean = cleaned(marked)
                        if item["kind"] == nil { clean["kind"] = nil }
                        return clean
                    })
            }
            for secret in secretFields {
                if let inside = fields[secret.field] {
                    result[secret.field] = covered(inside, secret.field, secret.isBase64)
                }
                if let status = fields["status"], let inside = status[secret.field] {
                    result["status"]?[secret.field] = covered(inside, secret.field, secret.isBase64)
                }
            }
            return .object(result)
        default: return document
        }
    }

    private func covered(_ document: JSONValue, _ name: String, _ isBase64: Bool) -> JSONValue {
        switch document {
        case .string(let text):
            text.isEmpty ? document : .string(isBase64 ? Self.encoded(name) : Self.placeholder(name))
        case .object(let fields):
            .object(Dictionary(uniqueKeysWithValues: fields.map { ($0, covered($1, $0, isBase64)) }))
        case .array(let items): .array(items.map { covered($0, name, isBase64) })
        default: document
        }
    }

    private func cleaned(_ text: String) -> String {
        var text = text
        for (value, placeholder) in known where text.contains(value) {
            text = text.replacing(value, with: placeholder)
        }
        // Tokens that Kubernetes signs are told by how they begin.
        return text.contains("eyJhbGciOi") ? Self.withoutSignedTokens(text) : text
    }

    private static func withoutSignedTokens(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "eyJhbGciOi") {
            result += rest[..<start.lowerBound] + placeholder("token")
            rest = rest[start.lowerBound...].drop { $0.isLetter || $0.isNumber || "._-".contains($0) }
        }
        return result + rest
    }
}
