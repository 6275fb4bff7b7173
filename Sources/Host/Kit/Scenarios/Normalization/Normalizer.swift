import JSONDocument
import Traffic

/// Gives everything that differs from run to run the value that it always has in a recording.
///
/// It works on a whole recording: first it learns what there is, in the order of appearance, then it replaces it
/// everywhere, in paths, queries, headers, bodies and frames.
package struct Normalizer {
    private let rules: NormalizationRules
    private var names: [String: String] = [:]
    private var namesByForm: [String: Int] = [:]
    private var literals: [String: String] = [:]
    private var counters: [[String: Int]]
    /// Values that are told by their field's name, each with the object that it belongs to.
    private var owned: [Owned: String] = [:]

    private struct Owned: Hashable {
        var owner: String?
        var text: String

        init(_ owner: String?, _ text: String) {
            self.owner = owner
            self.text = text
        }
    }

    private var times = TimeTable()
    /// Versions of whole lists with the exchange that first showed them.
    private var listVersions: [String: Int] = [:]
    private var exchange = 0

    package init(_ rules: NormalizationRules) {
        self.rules = rules
        counters = rules.counters.map { _ in [:] }
    }

    package func normalized(_ exchanges: [Exchange]) -> [Exchange] {
        var copy = self
        return copy.normalize(exchanges)
    }

    private mutating func normalize(_ exchanges: [Exchange]) -> [Exchange] {
        var exchanges = exchanges.map(withoutNoise)
        for (index, exchange) in exchanges.enumerated() {
            self.exchange = index
            learn(exchange)
        }
        for (index, rule) in rules.counters.enumerated() where rule.isOrdered {
            let ordered = counters[index].keys.sorted { (Int($0) ?? 0) < (Int($1) ?? 0) }
            for (number, text) in ordered.enumerated() { counters[index][text] = rule.base + number + 1 }
        }
        for index in exchanges.indices {
            times.scope = "exchange \(index)"
            exchange = index
            exchanges[index].request.path = replaced(exchanges[index].request.path)
            exchanges[index].request.query = exchanges[index].request.query.map {
                let list = $0.name == rules.listVersion ? listVersions[$0.value] : nil
                let value = list.map { String(Self.listBase + $0) } ?? counted($0.name, replaced($0.value))
                return QueryField(name: $0.name, value: value)
            }
            exchanges[index].request.headers = exchanges[index].request.headers.map { header($0) }
            exchanges[index].request.body = body(exchanges[index].request.body)
            exchanges[index].response.headers = exchanges[index].response.headers.map { header($0) }
            exchanges[index].response.body = body(exchanges[index].response.body)
            for number in exchanges[index].response.frames.indices {
                var frame = exchanges[index].response.frames[number]
                frame.content = body(frame.content)
                frame.time = frame.time < 250 ? 0 : (frame.time + 250) / 500 * 500
                exchanges[index].response.frames[number] = frame
            }
        }
        return exchanges
    }

    private func header(_ field: HTTPField) -> HTTPField {
        let name = field.name.lowercased()
        var value = replaced(counted(field.name, field.value))
        if name == "location" {
            // Where a server listens and how it signs its state are its own.
            if let scheme = value.firstRange(of: "://") {
                value = String(value[scheme.upperBound...].drop { $0 != "/" })
            }
            if let state = value.firstRange(of: "_state=") {
                value = value[..<state.upperBound] + "state" + value[state.upperBound...].drop { $0 != "&" }
            }
        }
        return HTTPField(field.name, value)
    }

    private func withoutNoise(_ exchange: Exchange) -> Exchange {
        var exchange = exchange
        exchange.request.headers.removeAll { !rules.requestHeaders.contains($0.name.lowercased()) }
        exchange.response.headers.removeAll { !rules.responseHeaders.contains($0.name.lowercased()) }
        // HTTP/2 writes `content-type`, HTTP/1.1 `Content-Type`; the order is nobody's business.
        exchange.response.headers = exchange.response.headers.map { HTTPField(Self.spelled($0.name), $0.value) }
            .sorted { $0.name < $1.name }
        for index in exchange.request.query.indices where exchange.request.query[index].name == "_state" {
            exchange.request.query[index].value = "state"
        }
        return exchange
    }

    /// `content-type` as `Content-Type`.
    private static func spelled(_ name: String) -> String {
        name.lowercased().split(separator: "-", omittingEmptySubsequences: false)
            .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: "-")
    }

    // MARK: learning

    private mutating func learn(_ exchange: Exchange) {
        learn(exchange.request.path)
        for field in exchange.request.query { learn(field.value, key: field.name) }
        for field in exchange.request.headers { learn(field.value, key: field.name) }
        learn(exchange.request.body)
        for field in exchange.response.headers { learn(field.value, key: field.name) }
        learn(exchange.response.body)
        for frame in exchange.response.frames { learn(frame.content) }
    }

    private mutating func learn(_ body: RecordedBody) {
        switch body {
        case .json(let document): learn(document, key: "", owner: nil)
        case .text(let text): learn(text)
        default: break
        }
    }

    private mutating func learn(_ document: JSONValue, key: String, owner: String?) {
        switch document {
        case .object(let fields):
            if let (name, prefix) = rules.generatedNames, let made = fields[name]?.text,
                let stem = fields[prefix]?.text, made.hasPrefix(stem), literals[made] == nil
            {
                literals[made] = number(stem + "{5}", made)
            }
            let owner = Self.owner(of: fields, rules.owners) ?? owner
            var fields = fields
            if let version = takeListVersion(&fields), listVersions[version] == nil { listVersions[version] = exchange }
            for (name, value) in fields.sorted(by: { $0.key < $1.key }) where !rules.dropped.contains(name) {
                learn(value, key: name, owner: owner)
            }
        case .array(let items): for item in items { learn(item, key: key, owner: owner) }
        case .string(let text): learn(text, key: key, owner: owner)
        case .integer(let number): count(key, String(number))
        default: break
        }
    }

    private mutating func learn(_ text: String, key: String = "", owner: String? = nil) {
        count(key, text)
        for rule in rules.namedIdentities
        where rule.fields.contains(key) && !rule.kept.contains(text) && owned[Owned(owner, text)] == nil {
            // An address may go from one pod to the next: whether it does is chance.
            let name = number(rule.form, text)
            owned[Owned(owner, text)] = name
            if literals[text] == nil { literals[text] = name }
        }
        let bytes = Array(text.utf8)
        _ = scan(bytes) { rule, found in
            if names[found] == nil { names[found] = number(rule.form, found) }
            return ""
        }
    }

    /// `form` with the next number of its kind.
    private mutating func number(_ form: String, _ value: String) -> String {
        let next = (namesByForm[form] ?? 0) + 1
        namesByForm[form] = next
        return Self.fill(form, next)
    }

    private static func fill(_ form: String, _ number: Int) -> String {
        guard let open = form.firstIndex(of: "{"), let close = form.firstIndex(of: "}") else { return form }
        let text = String(number)
        let width = Int(form[form.index(after: open)..<close]) ?? 1
        let filled = String(repeating: "0", count: max(0, width - text.count)) + text
        return form[..<open] + filled + form[form.index(after: close)...]
    }

    private mutating func count(_ key: String, _ text: String) {
        for (index, rule) in rules.counters.enumerated() where rule.fields.contains(key) {
            // 0 and 1 are what a scenario asks for, not what a server has counted.
            guard let value = Int(text), value > 1, counters[index][text] == nil else { continue }
            counters[index][text] = rule.base + counters[index].count + 1
        }
    }

    private static let listBase = 5_000

    /// Takes the version out of a list: it counts changes everywhere in the cluster, and whether it is also some
    /// object's version is chance.
    private func takeListVersion(_ fields: inout [String: JSONValue]) -> String? {
        guard let name = rules.listVersion, fields["items"]?.items != nil, let version = fields["metadata"]?[name]?.text
        else { return nil }
        fields["metadata"]?[name] = nil
        return version
    }

    // MARK: replacing

    private func counted(_ key: String, _ text: String) -> String {
        for (index, rule) in rules.counters.enumerated() where rule.fields.contains(key) {
            if let number = counters[index][text] { return String(number) }
        }
        return text
    }

    private mutating func body(_ body: RecordedBody) -> RecordedBody {
        switch body {
        case .json(let document): return .json(replaced(document, key: "", place: "", owner: nil))
        case .text(let text): return .text(times.inText(replaced(text)))
        default: return body
        }
    }

    private mutating func replaced(_ document: JSONValue, key: String, place: String, owner: String?) -> JSONValue {
        switch document {
        case .object(let fields):
            let own = Self.owner(of: fields, rules.owners) ?? owner
            // An object's times are the same wherever the object is shown.
            let place = own == owner ? place : ""
            let owner = own
            // What tells one state of a thing from the next, so that the next has a time of its own.
            let state = ["type", "name", "status", "reason", "containerID", "restartCount"]
                .compactMap { fields[$0]?.text ?? fields[$0]?.whole.map(String.init) }.map { replaced($0) }
                .joined(separator: ",")
            var fields = fields
            let isList = takeListVersion(&fields) != nil
            func rank(_ name: String) -> Int { rules.earlyTimes.firstIndex(of: name) ?? rules.earlyTimes.count }
            var result: [String: JSONValue] = [:]
            for (name, value) in fields.sorted(by: { (rank($0.key), $0.key) < (rank($1.key), $1.key) })
            where !rules.dropped.contains(name) {
                if let rule = rules.fixed.first(where: { $0.field == name && fields[$0.beside] != nil }) {
                    result[name] = .integer(rule.value)
                    continue
                }
                result[replaced(name)] = replaced(
                    value, key: name, place: "\(place)/\(state)/\(name)", owner: owner)
            }
            if isList, let version = rules.listVersion {
                result["metadata"]?[version] = .string(String(Self.listBase + exchange))
            }
            return .object(result)
        case .array(let items):
            let made = items.map { replaced($0, key: key, place: place, owner: owner) }
            guard let field = rules.sortedLists[key] else { return .array(made) }
            return .array(made.sorted { ($0[field]?.text ?? "") < ($1[field]?.text ?? "") })
        case .string(let text):
            if TimeTable.isTime(text) {
                return .string(times.text(for: text, place: place, owner: owner.map { replaced($0) }))
            }
            if let name = owned[Owned(owner, text)], rules.namedIdentities.contains(where: { $0.fields.contains(key) })
            {
                return .string(name)
            }
            let counted = counted(key, text)
            return .string(counted == text ? times.inText(replaced(text)) : counted)
        case .integer(let number):
            if rules.numericTimes.contains(key), number > 1_000_000_000 {
                return .integer(times.number(for: number, place: place, owner: owner.map { replaced($0) }))
            }
            return Int(counted(key, String(number))).map { .integer($0) } ?? document
        default: return document
        }
    }

    private static func owner(of fields: [String: JSONValue], _ names: Set<String>) -> String? {
        for name in names.sorted() {
            if let own = fields[name]?.text ?? fields["metadata"]?[name]?.text ?? fields["targetRef"]?[name]?.text {
                return own
            }
        }
        return nil
    }

    private func replaced(_ text: String) -> String {
        var text = scan(Array(text.utf8)) { _, found in names[found] ?? found }
        for (literal, name) in literals where text.contains(literal) {
            text = Self.replacing(literal, with: name, in: text)
        }
        for (pattern, sentence) in rules.sentences {
            text = Self.replacing(pattern, with: sentence, in: text)
        }
        return text
    }

    /// `text` with every place where an identity stands given to `change`.
    private func scan(_ bytes: [UInt8], _ change: (NormalizationRules.Identity, String) -> String) -> String {
        var result: [UInt8] = []
        var index = 0
        outer: while index < bytes.count {
            for rule in rules.identities {
                if let end = rule.pattern.end(in: bytes, at: index) {
                    result += change(rule, String(decoding: bytes[index..<end], as: UTF8.self)).utf8
                    index = end
                    continue outer
                }
            }
            result.append(bytes[index])
            index += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func replacing(_ pattern: TextPattern, with sentence: String, in text: String) -> String {
        let bytes = Array(text.utf8)
        guard let start = bytes.indices.first(where: { pattern.end(in: bytes, at: $0) != nil }),
            let end = pattern.end(in: bytes, at: start)
        else { return text }
        return String(decoding: bytes[..<start], as: UTF8.self) + sentence
            + replacing(pattern, with: sentence, in: String(decoding: bytes[end...], as: UTF8.self))
    }

    /// Replaces `literal` where it stands for itself: `10.0.0.1` is not in `10.0.0.12`.
    private static func replacing(_ literal: String, with name: String, in text: String) -> String {
        let bytes = Array(text.utf8)
        let wanted = Array(literal.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            let end = index + wanted.count
            if end <= bytes.count, bytes[index] == wanted[0], bytes[index..<end].elementsEqual(wanted),
                index == 0 || !TextPattern.isWord(bytes[index - 1]),
                end == bytes.count || !TextPattern.isWord(bytes[end])
            {
                result += name.utf8
                index = end
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
