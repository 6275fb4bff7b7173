import JSONDocument
import Traffic

/// What tells a fake's answer from the recorded one.
struct AnswerComparison {
    let awaited: Set<String>
    let settled: Set<String>
    let ignored: Set<String>

    private static let lag = "is not there yet: "
    private static let beyond = "is beyond: "

    /// Whether waiting may help: a field that tells progress is behind.
    func isBehind(_ differences: [ShapeDifference]) -> Bool {
        differences.contains { $0.sentence.hasPrefix(Self.lag) }
    }

    /// Also learns which of the fake's identities stands for which recorded one.
    func differences(_ recorded: ResponseRecord, _ now: ResponseRecord, _ identities: inout Identities)
        -> [ShapeDifference]
    {
        guard recorded.status == now.status else {
            let body = String(decoding: now.body.bytes.prefix(300), as: UTF8.self)
            return [.init(.breaking, "status", "was \(recorded.status) and is \(now.status): \(body)")]
        }
        var differences = headers(recorded, now, &identities)
        if recorded.upgrade != now.upgrade {
            differences.append(
                .init(.breaking, "upgrade", "was \(recorded.upgrade ?? "none") and is \(now.upgrade ?? "none")"))
        }
        differences +=
            recorded.frames.isEmpty
            ? bodies(recorded, now, &identities) : frames(recorded.frames, now.frames, &identities)
        return differences
    }

    private func headers(_ recorded: ResponseRecord, _ now: ResponseRecord, _ identities: inout Identities)
        -> [ShapeDifference]
    {
        recorded.headers.flatMap { header -> [ShapeDifference] in
            let name = header.name.lowercased()
            guard !["connection", "upgrade"].contains(name) else { return [] }
            guard let value = now.headers.first(where: { $0.name.lowercased() == name })?.value else {
                // What has no body is not compared by its type.
                if name == "content-type", recorded.body == .none { return [] }
                return [.init(.breaking, "header \(header.name)", "is gone")]
            }
            identities.learn(header.value, value, named: name)
            guard name == "content-type" else { return [] }
            func media(_ text: String) -> Substring { text.prefix { $0 != ";" } }
            return media(header.value) == media(value)
                ? [] : [.init(.breaking, "header \(header.name)", "was \(header.value) and is \(value)")]
        }
    }

    private func bodies(_ recorded: ResponseRecord, _ now: ResponseRecord, _ identities: inout Identities)
        -> [ShapeDifference]
    {
        switch (document(recorded), document(now)) {
        case (let old?, let new?): return documents(old, new, &identities)
        case (_?, nil): return [.init(.breaking, "", "was JSON and is \(described(now.body))")]
        case (nil, _):
            let old = identities.masked(recorded.body)
            let new = identities.masked(now.body)
            // Servers that keep things in hash tables list them in any order.
            guard Self.lines(old) != Self.lines(new), Self.lines(identities.translated(old)) != Self.lines(new) else {
                return []
            }
            // What programs print is theirs; what a server says about an error is part of its API.
            return [.init(recorded.status >= 400 ? .breaking : .cosmetic, "", "was \"\(old)\" and is \"\(new)\"")]
        }
    }

    private static func lines(_ text: String) -> [Substring] {
        text.split(separator: "\n", omittingEmptySubsequences: false).sorted()
    }

    private func documents(_ old: JSONValue, _ new: JSONValue, _ identities: inout Identities) -> [ShapeDifference] {
        let (old, new) = (trimmed(old), trimmed(new))
        let aligned = identities.align(old, new)
        return Shape(old).differences(to: Shape(new)) + progress(old, aligned, "")
    }

    /// Without the fields that are not compared.
    private func trimmed(_ document: JSONValue) -> JSONValue {
        guard !ignored.isEmpty else { return document }
        switch document {
        case .array(let items): return .array(items.map(trimmed))
        case .object(let fields):
            return .object(fields.filter { !ignored.contains($0.key) }.mapValues(trimmed))
        default: return document
        }
    }

    private func progress(_ old: JSONValue, _ new: JSONValue, _ place: String) -> [ShapeDifference] {
        switch (old, new) {
        case (.array(let olds), .array(let news)):
            var found: [ShapeDifference] = []
            if news.count < olds.count {
                found.append(.init(.cosmetic, place, Self.lag + "it has \(news.count) of \(olds.count) items"))
            }
            return zip(olds, news).reduce(found) { $0 + progress($1.0, $1.1, place + "[]") }
        case (.object(let olds), .object(let news)):
            return olds.keys.sorted().flatMap { key -> [ShapeDifference] in
                guard let left = olds[key], let right = news[key] else { return [] }
                let inside = place.isEmpty ? key : "\(place).\(key)"
                guard awaited.contains(key) else { return progress(left, right, inside) }
                if let wanted = left.whole, let has = right.whole, has >= wanted { return [] }
                switch (left, right) {
                case (.object, _), (.array, _): return progress(left, right, inside)
                default:
                    guard left != right else { return [] }
                    let isOver = settled.contains(right.text ?? "")
                    return [
                        .init(
                            .cosmetic, inside,
                            (isOver ? Self.beyond : Self.lag) + "was \(left.compact) and is \(right.compact)")
                    ]
                }
            }
        default: return []
        }
    }

    private func frames(_ old: [Frame], _ new: [Frame], _ identities: inout Identities) -> [ShapeDifference] {
        let old = old.filter { $0.direction == .received }
        let channels = Set(old.map(\.channel)).subtracting(new.map(\.channel)).sorted()
        if !channels.isEmpty {
            return channels.map { .init(.breaking, "frames", "there is none on \($0)") }
        }
        // Pieces are cut elsewhere each time: what counts is what comes on a channel altogether.
        return Set(old.map(\.channel)).sorted().flatMap { channel -> [ShapeDifference] in
            let left = old.filter { $0.channel == channel }
            let right = new.filter { $0.channel == channel }
            let (olds, news) = (left.compactMap(\.content.json), right.compactMap(\.content.json))
            guard olds.isEmpty else {
                return documents(.array(olds), .array(news), &identities)
                    .map { .init($0.kind, "\(channel) \($0.place)", $0.sentence) }
            }
            let (before, after) = (left.flatMap(\.content.bytes), right.flatMap(\.content.bytes))
            let same = identities.masked(RecordedBody(before)) == identities.masked(RecordedBody(after))
            return same ? [] : [.init(.cosmetic, channel, "carries other bytes")]
        }
    }

    /// A body that is JSON: also a bare text or number, where the answer says so.
    private func document(_ record: ResponseRecord) -> JSONValue? {
        if let document = record.body.json { return document }
        guard record.headers.contains(where: { $0.value.hasPrefix("application/json") }), record.body != .none else {
            return nil
        }
        return try? JSONValue(parsing: record.body.bytes)
    }

    private func described(_ body: RecordedBody) -> String {
        body == .none ? "nothing" : "\"\(String(decoding: body.bytes.prefix(200), as: UTF8.self))\""
    }
}
