import AdapterKit
import JSONDocument
import Traffic

/// How a server's answers differ today from those that were recorded: shapes, not values.
public struct Drift: Sendable, Equatable, Codable {
    /// What it means to a client.
    public enum Kind: String, Sendable, Codable, CaseIterable {
        /// A client that reads it may stumble.
        case breaking
        /// There is more than before.
        case additive
        /// Nothing that our adapters read.
        case cosmetic
    }

    /// What was asked for.
    public var scenario: String
    /// Such as `GET /containers/ID/json`.
    public var request: String
    /// Such as `State.Health`.
    public var place: String
    /// What is other.
    public var sentence: String
    /// What it means.
    public var kind: Kind
    /// Why it is accepted, and until when; `nil` when nobody has accepted it.
    public var accepted: String?

    /// `DRIFT-…`: the same for the same drift, whatever scenario shows it.
    public var id: String {
        let text = "\(request) \(place) \(sentence)"
        let mark = Fingerprint.sum(of: text.utf8)
        return "DRIFT-" + String(mark % 2_176_782_336, radix: 36)
    }

    /// Where `now` differs from `recorded`. Both must be told by the same story.
    /// - Parameter isUsed: whether our adapters read the field at a place of an answer.
    package static func between(
        _ recorded: Recording, _ now: Recording, isUsed: @escaping (String) -> Bool
    ) -> [Drift] {
        var waiting = now.exchanges
        var found: [Drift] = []
        for exchange in recorded.exchanges {
            let key = Self.key(exchange.request)
            guard let index = waiting.firstIndex(where: { Self.key($0.request) == key }) else { continue }
            let other = waiting.remove(at: index)
            func add(_ kind: Kind, _ place: String, _ sentence: String) {
                found.append(
                    Drift(scenario: recorded.title, request: key, place: place, sentence: sentence, kind: kind))
            }
            let (old, new) = (exchange.response, other.response)
            if old.status != new.status {
                add(
                    old.status / 100 == new.status / 100 ? .additive : .breaking, "status",
                    "was \(old.status) and is \(new.status)")
                continue
            }
            if old.upgrade != new.upgrade {
                add(.breaking, "upgrade", "was \(old.upgrade ?? "none") and is \(new.upgrade ?? "none")")
            }
            let (oldType, newType) = (Self.type(old), Self.type(new))
            if oldType != newType { add(.cosmetic, "content-type", "was '\(oldType)' and is '\(newType)'") }
            if let before = old.body.json, let after = new.body.json {
                for difference in Shape(before).differences(to: Shape(after), isUsed: isUsed) {
                    add(Kind(difference.kind), difference.place, difference.sentence)
                }
            } else if (old.body == .none) != (new.body == .none) {
                add(.breaking, "body", old.body == .none ? "is there now" : "is gone")
            }
            found += Self.frames(old, new, isUsed).map {
                Drift(
                    scenario: recorded.title, request: key, place: $0.place, sentence: $0.sentence, kind: Kind($0.kind))
            }
        }
        return found
    }

    /// A stream's frames are one grammar: the shape of all of a channel's frames together.
    private static func frames(
        _ old: ResponseRecord, _ new: ResponseRecord, _ isUsed: (String) -> Bool
    ) -> [ShapeDifference] {
        func shapes(_ response: ResponseRecord) -> [String: Shape] {
            Dictionary(
                response.frames.filter { $0.direction == .received }.map { frame in
                    (frame.channel, frame.content.json.map { Shape($0) } ?? .string)
                }
            ) { $0.joined($1) }
        }
        let (before, after) = (shapes(old), shapes(new))
        guard !before.isEmpty, !after.isEmpty else { return [] }
        return before.sorted { $0.key < $1.key }.flatMap { channel, shape -> [ShapeDifference] in
            guard let now = after[channel] else {
                return [ShapeDifference(.breaking, "stream.\(channel)", "is gone")]
            }
            return shape.differences(to: now, at: "", isUsed: isUsed)
        }
    }

    /// A request without what stands for one object: two runs ask for other objects.
    private static func key(_ request: RequestRecord) -> String {
        let path = request.path.split(separator: "/").map { part -> String in
            let isID = part.utf8.count >= 32 && part.allSatisfy { $0.isHexDigit || $0 == "-" }
            return isID ? "ID" : part.hasPrefix("kit-") ? "NAME" : String(part)
        }
        return request.method + " /" + path.joined(separator: "/")
    }

    private static func type(_ response: ResponseRecord) -> String {
        let text = response.headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        return String(text.prefix { $0 != ";" })
    }
}

extension Drift.Kind {
    init(_ kind: ShapeDifference.Kind) {
        switch kind {
        case .breaking: self = .breaking
        case .additive: self = .additive
        case .cosmetic: self = .cosmetic
        }
    }
}
