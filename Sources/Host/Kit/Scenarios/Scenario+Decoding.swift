import JSONDocument
import Traffic

extension Scenario {
    /// Reads a scenario's file.
    /// - Throws: ``ScenarioProblem`` that names the step and the field.
    package init(parsing bytes: [UInt8]) throws {
        guard let document = try? JSONValue(parsing: bytes) else { throw ScenarioProblem("the scenario is no JSON") }
        let fields = try Fields(document, "the scenario", known: ["title", "purpose", "steps", "cleanup"])
        title = try fields.text("title")
        purpose = try fields.text("purpose")
        steps = try fields.list("steps").enumerated().map { try Step($1, number: $0 + 1) }
        cleanup = try fields.list("cleanup").enumerated().map { try Step($1, number: $0 + 1, in: "cleanup ") }
        guard !steps.isEmpty else { throw ScenarioProblem("the scenario has no steps") }
    }
}

extension Scenario.Step {
    fileprivate init(_ document: JSONValue, number: Int, in part: String = "") throws {
        let place = "\(part)step \(number)" + (document["name"]?.text.map { " (\($0))" } ?? "")
        let fields = try Fields(
            document, place,
            known: [
                "name", "method", "path", "query", "headers", "json", "text", "expect", "capture", "secrets", "until",
                "stream", "webSocket", "upgrade", "background", "join", "anonymous", "unrecorded",
            ])
        name = try fields.text("name", or: "step \(number)")
        join = document["join"]?.text
        method = try fields.text("method", or: "GET")
        guard ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"].contains(method) else {
            throw ScenarioProblem("\(place): there is no method \(method)")
        }
        path = join == nil ? try fields.text("path") : ""
        query = try fields.pairs("query").map { QueryField(name: $0, value: $1) }
        headers = try fields.pairs("headers").map { HTTPField($0, $1) }
        body =
            if let json = document["json"] { .json(json) } else if let text = document["text"]?.text {
                .text(text)
            } else { .none }
        expect = Set(try fields.list("expect").map { try Fields.whole($0, "\(place): expect") })
        capture = try fields.sources("capture")
        secrets = try fields.sources("secrets")
        until = try document["until"].map { try Scenario.Poll($0, place + ", until") }
        isBackground = document["background"]?.flag ?? false
        isAnonymous = document["anonymous"]?.flag ?? false
        isRecorded = !(document["unrecorded"]?.flag ?? false)
        talk = .answer
        if let stream = document["stream"] { talk = .stream(try .init(stream, place + ", stream")) }
        if let session = document["webSocket"] {
            let named = try Fields(session, place + ", webSocket", known: ["protocol", "lines", "seconds"])
            talk = .webSocket(
                try .init(session, place + ", webSocket"), protocol: try named.text("protocol", or: ""))
        }
        if let session = document["upgrade"] {
            _ = try Fields(session, place + ", upgrade", known: ["multiplexed", "lines", "seconds"])
            talk = .upgrade(
                try .init(session, place + ", upgrade"), multiplexed: session["multiplexed"]?.flag ?? true)
        }
    }
}

extension Scenario.Poll {
    fileprivate init(_ document: JSONValue, _ place: String) throws {
        let fields = try Fields(
            document, place, known: ["pointer", "equals", "in", "exists", "count", "status", "seconds", "every"])
        condition = try Scenario.Condition(document, place)
        seconds = try fields.number("seconds", or: 120)
        every = try fields.number("every", or: 0.5)
    }
}

extension Scenario.Condition {
    fileprivate init(_ document: JSONValue, _ place: String) throws {
        if let status = document["status"]?.whole {
            self = .status(status)
            return
        }
        guard let text = document["pointer"]?.text else {
            throw ScenarioProblem("\(place): there is neither a pointer nor a status")
        }
        let pointer = try JSONPointer(text)
        if let value = document["equals"] {
            self = .value(pointer, [value])
        } else if let values = document["in"]?.items {
            self = .value(pointer, values)
        } else if let count = document["count"]?.whole {
            self = .count(pointer, count)
        } else {
            self = .exists(pointer)
        }
    }
}

extension Scenario.Stream {
    fileprivate init(_ document: JSONValue, _ place: String) throws {
        let fields = try Fields(document, place, known: ["framing", "frames", "until", "seconds", "distinct"])
        let name = try fields.text("framing", or: "json")
        guard let known = Framing(rawValue: name) else {
            throw ScenarioProblem(
                "\(place): framing is one of " + Framing.allCases.map(\.rawValue).joined(separator: ", "))
        }
        framing = known
        frames = document["frames"]?.whole
        until = try document["until"].map { try Scenario.Condition($0, place + ", until") }
        seconds = try fields.number("seconds", or: 60)
        distinct = try fields.list("distinct").map { try JSONPointer($0.text ?? "?") }
    }
}

extension Scenario.Session {
    fileprivate init(_ document: JSONValue, _ place: String) throws {
        lines = try (document["lines"]?.items ?? []).map { line in
            if let text = line["wait"]?.text { return .wait(text) }
            if let seconds = line["pause"]?.seconds { return .pause(seconds) }
            if line["endInput"] != nil { return .endInput }
            if line["close"] != nil { return .close }
            guard let channel = line["channel"]?.text else {
                throw ScenarioProblem("\(place): a line is one of channel, wait, pause, endInput, close")
            }
            if let json = line["json"] { return .send(channel: channel, .json(json)) }
            return .send(channel: channel, .text(line["text"]?.text ?? ""))
        }
        seconds = document["seconds"]?.seconds ?? 30
    }
}

/// An object's fields, with errors that say where.
private struct Fields {
    let document: JSONValue
    let place: String

    init(_ document: JSONValue, _ place: String, known: Set<String>) throws {
        guard let fields = document.fields else { throw ScenarioProblem("\(place) is no object") }
        if let stranger = fields.keys.filter({ !known.contains($0) }).min() {
            throw ScenarioProblem("\(place): nothing is known of '\(stranger)'")
        }
        self.document = document
        self.place = place
    }

    func text(_ key: String, or fallback: String? = nil) throws -> String {
        guard let value = document[key] else {
            guard let fallback else { throw ScenarioProblem("\(place): '\(key)' is missing") }
            return fallback
        }
        guard let text = value.text else { throw ScenarioProblem("\(place): '\(key)' is no text") }
        return text
    }

    func number(_ key: String, or fallback: Double) throws -> Double {
        guard let value = document[key] else { return fallback }
        guard let number = value.seconds else { throw ScenarioProblem("\(place): '\(key)' is no number") }
        return number
    }

    func list(_ key: String) throws -> [JSONValue] {
        guard let value = document[key] else { return [] }
        guard let items = value.items else { throw ScenarioProblem("\(place): '\(key)' is no list") }
        return items
    }

    /// Names and values; a list of values repeats its name.
    func pairs(_ key: String) throws -> [(String, String)] {
        guard let value = document[key] else { return [] }
        guard let fields = value.fields else { throw ScenarioProblem("\(place): '\(key)' is no object") }
        return try fields.sorted { $0.key < $1.key }.flatMap { name, value in
            try (value.items ?? [value]).map { item in
                guard let text = item.text else { throw ScenarioProblem("\(place): \(key).\(name) is no text") }
                return (name, text)
            }
        }
    }

    func sources(_ key: String) throws -> [String: Scenario.Source] {
        Dictionary(
            try pairs(key).map { name, text in
                if text.hasPrefix("header:") { return (name, .header(String(text.dropFirst(7)))) }
                return (name, .pointer(try JSONPointer(text)))
            }
        ) { $1 }
    }

    static func whole(_ value: JSONValue, _ place: String) throws -> Int {
        guard let number = value.whole else { throw ScenarioProblem("\(place): \(value.compact) is no whole number") }
        return number
    }
}

extension JSONValue {
    fileprivate var seconds: Double? {
        if case .number(let number) = self { number } else { whole.map(Double.init) }
    }
}
