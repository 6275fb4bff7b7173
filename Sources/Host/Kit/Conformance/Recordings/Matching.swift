import JSONDocument
import Traffic

extension RequestRecord {
    /// `METHOD path?query`, for messages.
    var summary: String {
        let text = query.map { "\($0.name)=\($0.value)" }.sorted().joined(separator: "&")
        return method + " " + path + (text.isEmpty ? "" : "?" + text)
    }

    /// Whether `asked` is this request: method, path, query as a set, body by meaning, and the headers that count.
    func isAnswered(_ asked: RequestRecord) -> Bool { differences(asked).isEmpty }

    /// Where `asked` parts from this request.
    func differences(_ asked: RequestRecord) -> [String] {
        var found: [String] = []
        if method != asked.method { found.append("method: \(method) was recorded, \(asked.method) came") }
        if path != asked.path { found.append("path: \(path) was recorded, \(asked.path) came") }
        let (old, new) = (Set(query), Set(asked.query))
        for field in old.subtracting(new).sorted(by: { $0.name < $1.name }) {
            found.append("query: \(field.name)=\(field.value) was recorded and did not come")
        }
        for field in new.subtracting(old).sorted(by: { $0.name < $1.name }) {
            found.append("query: \(field.name)=\(field.value) came and was not recorded")
        }
        found += Self.differences(body, asked.body)
        return found
    }

    private static func differences(_ old: RecordedBody, _ new: RecordedBody) -> [String] {
        if let old = old.json, let new = new.json { return old.differences(to: new, at: "body") }
        return old.bytes == new.bytes ? [] : ["body: other bytes than recorded"]
    }
}

extension JSONValue {
    /// Where `other` differs, one sentence a place.
    func differences(to other: JSONValue, at place: String) -> [String] {
        switch (self, other) {
        case (.object(let old), .object(let new)):
            return Set(old.keys).union(new.keys).sorted().flatMap { key -> [String] in
                switch (old[key], new[key]) {
                case (let old?, let new?): return old.differences(to: new, at: "\(place).\(key)")
                case (let old?, nil): return ["\(place).\(key): \(old.short) was recorded and did not come"]
                case (nil, let new?): return ["\(place).\(key): \(new.short) came and was not recorded"]
                case (nil, nil): return []
                }
            }
        case (.array(let old), .array(let new)) where old.count == new.count:
            return zip(old, new).enumerated().flatMap { $1.0.differences(to: $1.1, at: "\(place)[\($0)]") }
        default:
            return self == other ? [] : ["\(place): \(short) was recorded, \(other.short) came"]
        }
    }

    private var short: String {
        let text = compact
        return text.count > 120 ? text.prefix(120) + "…" : text
    }
}

/// The recorded requests that come nearest to one that was not recorded.
struct NearestMiss {
    let text: String

    init(_ asked: RequestRecord, among recorded: [RequestRecord]) {
        let ranked = recorded.map { ($0, $0.differences(asked)) }.sorted { left, right in
            Self.distance(left, asked) < Self.distance(right, asked)
        }
        var lines = ["not in the recording: \(asked.summary)"]
        if let (nearest, differences) = ranked.first {
            lines.append("  nearest: \(nearest.summary)")
            lines +=
                differences.isEmpty
                ? ["  the same, and it has been answered as often as it was recorded"]
                : differences.prefix(6).map { "  " + $0 }
        }
        text = lines.joined(separator: "\n")
    }

    /// Another path is further away than another body.
    private static func distance(_ candidate: (RequestRecord, [String]), _ asked: RequestRecord) -> Int {
        let (request, differences) = candidate
        let common = zip(request.path, asked.path).prefix { $0 == $1 }.count
        return (request.method == asked.method ? 0 : 1_000) + (request.path == asked.path ? 0 : 500 - min(common, 400))
            + min(differences.count, 99)
    }
}
