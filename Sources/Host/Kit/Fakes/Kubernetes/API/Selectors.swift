import JSONDocument

/// What `labelSelector` and a `selector` of an object ask for.
struct LabelSelector: Sendable {
    private enum Requirement: Sendable {
        case among(String, Set<String>)
        case notAmong(String, Set<String>)
        case exists(String)
        case lacks(String)
    }

    private var requirements: [Requirement] = []

    /// Reads `a=b,c!=d,e in (f,g),!h,i`.
    init(_ text: String) throws(APIProblem) {
        var rest = text[...]
        while !rest.isEmpty {
            let depthEnd = Self.end(of: rest)
            let part = rest[..<depthEnd].trimmed
            rest = rest[depthEnd...].dropFirst()
            guard !part.isEmpty else { continue }
            requirements.append(try Self.requirement(part))
        }
    }

    /// `matchLabels` and `matchExpressions`, or plain labels as a Service has them.
    init(_ selector: JSONValue?) {
        guard let selector else { return }
        let plain = selector["matchLabels"] ?? (selector["matchExpressions"] == nil ? selector : nil)
        requirements = (plain?.texts ?? [:]).map { .among($0, [$1]) }
        for expression in selector["matchExpressions"]?.items ?? [] {
            let key = expression["key"]?.text ?? ""
            let values = Set((expression["values"]?.items ?? []).compactMap(\.text))
            switch expression["operator"]?.text {
            case "In": requirements.append(.among(key, values))
            case "NotIn": requirements.append(.notAmong(key, values))
            case "Exists": requirements.append(.exists(key))
            default: requirements.append(.lacks(key))
            }
        }
    }

    var isEmpty: Bool { requirements.isEmpty }

    func matches(_ labels: [String: String]) -> Bool {
        requirements.allSatisfy { requirement in
            switch requirement {
            case .among(let key, let values): labels[key].map(values.contains) ?? false
            case .notAmong(let key, let values): !(labels[key].map(values.contains) ?? false)
            case .exists(let key): labels[key] != nil
            case .lacks(let key): labels[key] == nil
            }
        }
    }

    /// Where a requirement ends: at a comma outside of brackets.
    private static func end(of text: Substring) -> Substring.Index {
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "(": depth += 1
            case ")": depth -= 1
            case "," where depth == 0: return index
            default: break
            }
        }
        return text.endIndex
    }

    private static func requirement(_ text: String) throws(APIProblem) -> Requirement {
        let words = text.split(whereSeparator: { " (),".contains($0) }).map(String.init)
        if words.count >= 2, words[1] == "in" || words[1] == "notin" {
            guard text.contains("("), text.hasSuffix(")") else {
                throw .badRequest("unable to parse requirement: found '', expected: '('")
            }
            let values = Set(words.dropFirst(2))
            return words[1] == "in" ? .among(words[0], values) : .notAmong(words[0], values)
        }
        for (sign, isEqual) in [("!=", false), ("==", true), ("=", true)] {
            if let range = text.firstRange(of: sign) {
                let key = text[..<range.lowerBound].trimmed
                let value = text[range.upperBound...].trimmed
                return isEqual ? .among(key, [value]) : .notAmong(key, [value])
            }
        }
        guard words.count == 1 else {
            throw .badRequest(
                "unable to parse requirement: found '\(words.last ?? "")', expected: in, notin, =, ==, !=")
        }
        return text.hasPrefix("!") ? .lacks(text.dropFirst().trimmed) : .exists(text)
    }
}

/// What `fieldSelector` asks for.
struct FieldSelector: Sendable {
    private var fields: [(path: [String], value: String, isEqual: Bool)] = []

    /// Fields that every kind can be selected by, and those of single kinds.
    private static let known: [String: Set<String>] = [
        "pods": ["spec.nodeName", "spec.restartPolicy", "status.phase", "status.podIP"],
        "events": [
            "involvedObject.kind", "involvedObject.name", "involvedObject.namespace", "involvedObject.uid", "reason",
            "type", "source",
        ],
        "secrets": ["type"], "namespaces": ["status.phase"], "jobs.batch": ["status.successful"],
    ]

    init(_ text: String, _ kind: Kind) throws(APIProblem) {
        for part in text.split(separator: ",") {
            let isEqual = !part.contains("!=")
            let pair = part.replacing("==", with: "=").replacing("!=", with: "=").split(
                separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2 else { throw .badRequest("invalid selector: '\(part)'; can't understand '\(part)'") }
            let name = String(pair[0])
            let known = Self.known[kind.collection] ?? []
            guard name == "metadata.name" || name == "metadata.namespace" || known.contains(name) else {
                throw .badRequest(
                    "Unable to find \"\(kind.group.isEmpty ? "" : kind.group + "/")\(kind.version), "
                        + "Resource=\(kind.plural)\" that match label selector \"\", field selector \"\(text)\": "
                        + "field label not supported: \(name)")
            }
            fields.append((name.split(separator: ".").map(String.init), String(pair[1]), isEqual))
        }
    }

    func matches(_ object: JSONValue) -> Bool {
        fields.allSatisfy { field in
            ((object.at(field.path)?.text ?? "") == field.value) == field.isEqual
        }
    }
}

extension StringProtocol {
    /// Without blanks around it.
    var trimmed: String {
        var text = Substring(self).drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
