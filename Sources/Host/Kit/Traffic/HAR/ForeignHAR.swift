import JSONDocument

/// Turns what a recording proxy wrote of a backend into a recording as we keep it: without the headers that mean
/// nothing, without secrets, and with ids and times that are the same each time it is made.
package struct ForeignHAR: Sendable {
    /// The server that answered, which proxies do not write down.
    package var server: Recording.Server
    /// The day on which it was recorded, `YYYY-MM-DD`.
    package var recorded: String
    /// Request headers that are kept, in small letters.
    package var requestHeaders: Set<String> = [
        "content-type", "accept", "x-nomad-token", "upgrade", "sec-websocket-protocol",
    ]
    /// Response headers that are kept, in small letters.
    package var responseHeaders: Set<String> = [
        "content-type", "x-nomad-index", "x-nomad-knownleader", "x-nomad-lastcontact", "retry-after",
    ]
    /// Paths that are left out.
    package var droppedPaths: Set<String> = ["/v1/metrics", "/v1/agent/metrics"]
    /// Variables of an environment whose values are no secrets; `NOMAD_*` is none either.
    package var harmless: Set<String> = ["PORT", "DYNO", "RELEASE"]

    package init(server: Recording.Server, recorded: String) {
        self.server = server
        self.recorded = recorded
    }

    /// The recording in `bytes`. The same bytes always give the same recording.
    /// - Throws: ``HARProblem`` when they are no HAR file.
    package func recording(_ bytes: [UInt8], title: String) throws -> Recording {
        var recording = try Recording(har: bytes)
        recording.exchanges.removeAll { droppedPaths.contains($0.request.path) || $0.isMarkup }
        for index in recording.exchanges.indices {
            recording.exchanges[index].request.headers.removeAll {
                !requestHeaders.contains($0.name.lowercased())
            }
            recording.exchanges[index].response.headers.removeAll {
                !responseHeaders.contains($0.name.lowercased())
            }
            // Nothing but what messages came in what order is the same each time.
            for frame in recording.exchanges[index].response.frames.indices {
                recording.exchanges[index].response.frames[frame].time = 0
            }
        }
        var secrets = SecretFinder(harmless: harmless)
        for exchange in recording.exchanges { secrets.look(at: exchange) }
        let names = secrets.names
        recording = recording.mappingTexts { secrets.cleaned($0, at: $1, names) }
        var order = Ordering()
        _ = recording.mappingTexts { text, _ in
            order.see(text)
            return text
        } numbers: { number in
            order.see(number)
            return number
        }
        order.finish()
        recording = recording.mappingTexts { text, _ in
            order.replaced(text)
        } numbers: {
            order.replaced($0)
        }
        recording.title = title
        recording.provenance = .recorded
        recording.server = server
        recording.recorded = recorded
        recording.creator = "imported from a recording proxy's HAR"
        recording.redaction = 1
        return recording
    }
}

extension Exchange {
    /// A page for people, which no client of an API reads.
    fileprivate var isMarkup: Bool {
        response.headers.contains { $0.name.lowercased() == "content-type" && $0.value.hasPrefix("text/html") }
    }
}

// MARK: secrets

/// Finds the values in a recording that nobody else should read.
private struct SecretFinder {
    let harmless: Set<String>
    private(set) var names: [String: String] = [:]
    private var counts: [String: Int] = [:]

    init(harmless: Set<String>) {
        self.harmless = harmless
    }

    private static let fields: Set<String> = [
        "SecretID", "ConsulToken", "VaultToken", "Token", "ReplicationToken", "CirconusAPIToken", "EmbeddedTmpl",
    ]

    mutating func look(at exchange: Exchange) {
        for header in exchange.request.headers where header.name.lowercased() == "x-nomad-token" {
            note(header.value, "token")
        }
        for body in [exchange.request.body, exchange.response.body] + exchange.response.frames.map(\.content) {
            if let document = body.json { look(at: document, in: "") }
        }
    }

    private mutating func look(at document: JSONValue, in field: String) {
        switch document {
        case .array(let items):
            for item in items { look(at: item, in: field) }
        case .object(let fields):
            if let name = fields["Name"]?.text, isSecretVariable(name) {
                // A plan's difference tells variables by name, with the value before and after.
                for side in ["Old", "New"] { note(fields[side]?.text ?? "", "env") }
            }
            if fields["SecretID"] != nil, let hash = fields["Hash"]?.text { note(hash, "hash") }
            for (key, value) in fields.sorted(by: { $0.key < $1.key }) {
                if let text = value.text {
                    if Self.fields.contains(key) {
                        note(text, key == "SecretID" ? "token" : key)
                    } else if field == "Items" || field == "Env" && !isHarmless(key) {
                        note(text, field == "Items" ? "variable" : key)
                    }
                }
                look(at: value, in: key)
            }
        default: break
        }
    }

    private func isHarmless(_ name: String) -> Bool { harmless.contains(name) || name.hasPrefix("NOMAD_") }

    /// `Env[NAME]`, as differences call it.
    private func isSecretVariable(_ field: String) -> Bool {
        field.hasPrefix("Env[") && field.hasSuffix("]") && !isHarmless(String(field.dropFirst(4).dropLast()))
    }

    private mutating func note(_ value: String, _ kind: String) {
        guard !value.isEmpty, names[value] == nil else { return }
        let number = (counts[kind] ?? 0) + 1
        counts[kind] = number
        names[value] = "‹secret:\(kind)\(number == 1 ? "" : "#\(number)")›"
    }

    /// A text without secrets: a long one is taken out wherever it stands, a short one where it is the whole.
    func cleaned(_ text: String, at place: TextPlace, _ names: [String: String]) -> String {
        if place == .key { return text }
        if let name = names[text] { return name }
        return names.sorted { ($0.key.count, $0.key) > ($1.key.count, $1.key) }.reduce(text) { text, secret in
            guard secret.key.utf8.count >= 8, text.contains(secret.key) else { return text }
            return text.split(separator: secret.key, omittingEmptySubsequences: false).joined(separator: secret.value)
        }
    }
}

// MARK: ids and times

/// Numbers ids in the order in which they appear, and times in the order in which they happened.
private struct Ordering {
    private var ids: [String: Int] = [:]
    private var hashes: [String: Int] = [:]
    private var instants: Set<Int> = []
    private var ranks: [Int: Int] = [:]

    /// Midnight of 2026-11-22; every time seen becomes so many seconds later.
    private static let epoch = 1_795_305_600

    mutating func see(_ text: String) {
        for id in Self.uuids(in: text) where ids[id] == nil && id.contains(where: { $0 != "0" && $0 != "-" }) {
            ids[id] = ids.count + 1
        }
        if let instant = Instant.parsed(text) { instants.insert(instant) }
        for word in Self.words(text) {
            if let second = Self.second(word) { instants.insert(second * 1_000_000_000) }
        }
    }

    mutating func see(_ number: Int) {
        if Self.isInstant(number) { instants.insert(number) }
    }

    mutating func finish() {
        for (rank, instant) in instants.sorted().enumerated() { ranks[instant] = rank }
    }

    func replaced(_ number: Int) -> Int {
        ranks[number].map { (Self.epoch + $0) * 1_000_000_000 } ?? number
    }

    func replaced(_ text: String) -> String {
        if let instant = Instant.parsed(text), let rank = ranks[instant] { return Instant.text(Self.epoch + rank) }
        var result = text
        for id in Self.uuids(in: text) {
            guard let number = ids[id], let range = result.firstRange(of: id) else { continue }
            let digits = String(number)
            let padding = String(repeating: "0", count: 12 - digits.count)
            result.replaceSubrange(range, with: "00000000-0000-0000-0000-" + padding + digits)
        }
        for word in Self.words(result) {
            guard let second = Self.second(word), let rank = ranks[second * 1_000_000_000],
                let range = result.firstRange(of: word)
            else { continue }
            result.replaceSubrange(range, with: String(Self.epoch + rank))
            // What a scheduler calls a job that it made itself ends in a part of an id.
            let rest = result[result.index(range.lowerBound, offsetBy: 10)...].prefix(9)
            if rest.first == "-", rest.dropFirst().count == 8, rest.dropFirst().allSatisfy(\.isHexDigit) {
                let digits = String(rank)
                let padding = String(repeating: "0", count: max(0, 8 - digits.utf8.count))
                result.replaceSubrange(rest.startIndex..<rest.endIndex, with: "-" + padding + digits)
            }
        }
        return result
    }

    /// Nanoseconds of our days.
    private static func isInstant(_ number: Int) -> Bool {
        (1_500_000_000...2_500_000_000).contains(number / 1_000_000_000)
    }

    private static func second(_ word: Substring) -> Int? {
        guard word.utf8.count == 10, let second = Int(word), isInstant(second * 1_000_000_000) else { return nil }
        return second
    }

    private static func words(_ text: String) -> [Substring] { text.split { !$0.isLetter && !$0.isNumber } }

    private static func uuids(in text: String) -> [String] {
        guard text.utf8.count >= 36 else { return [] }
        let bytes = Array(text.utf8)
        var found: [String] = []
        var start = 0
        while start + 36 <= bytes.count {
            let piece = bytes[start..<(start + 36)]
            let fits = piece.enumerated().allSatisfy { offset, byte in
                [8, 13, 18, 23].contains(offset)
                    ? byte == UInt8(ascii: "-")
                    : (48...57).contains(byte) || (97...102).contains(byte)
            }
            if fits { found.append(String(decoding: piece, as: UTF8.self)) }
            start += fits ? 36 : 1
        }
        return found
    }
}

/// Times as RFC 3339 writes them, in UTC.
package enum Instant {
    /// Nanoseconds since 1970; `nil` for what is no such time, or one before 2000: Go's zero is no time at all.
    package static func parsed(_ text: String) -> Int? {
        guard text.hasSuffix("Z"), text.utf8.count >= 20, text.utf8.count <= 30 else { return nil }
        let parts = text.dropLast().split(separator: "T")
        guard parts.count == 2 else { return nil }
        let day = parts[0].split(separator: "-").compactMap { Int($0) }
        let clock = parts[1].split(separator: ".")
        let time = clock[0].split(separator: ":").compactMap { Int($0) }
        guard day.count == 3, time.count == 3, day[0] >= 2000 else { return nil }
        let fraction = clock.count > 1 ? String(clock[1]) : "0"
        guard fraction.utf8.count <= 9,
            let nanoseconds = Int(fraction + String(repeating: "0", count: 9 - fraction.utf8.count))
        else { return nil }
        let seconds = days(day[0], day[1], day[2]) * 86_400 + time[0] * 3_600 + time[1] * 60 + time[2]
        return seconds * 1_000_000_000 + nanoseconds
    }

    /// `seconds` since 1970, with a fraction where there is one.
    package static func text(_ seconds: Int, nanoseconds: Int = 0) -> String {
        let (year, month, day) = date(seconds / 86_400)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let time = seconds % 86_400
        var fraction = ""
        if nanoseconds > 0 {
            let digits = String(nanoseconds)
            fraction = "." + String(repeating: "0", count: 9 - digits.utf8.count) + digits
        }
        return
            "\(year)-\(two(month))-\(two(day))T\(two(time / 3_600)):\(two(time / 60 % 60)):\(two(time % 60))\(fraction)Z"
    }

    /// Days since 1970-01-01: years are counted from March, so that the leap day comes last.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month > 2 ? year : year - 1
        let era = year / 400
        let ofEra = year - era * 400
        let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }

    private static func date(_ days: Int) -> (Int, Int, Int) {
        let days = days + 719_468
        let era = days / 146_097
        let ofEra = days - era * 146_097
        let yearOfEra = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * ofYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shifted + 2) / 5 + 1)
    }
}

// MARK: walking

/// Where a text stands.
private enum TextPlace { case key, value }

extension Recording {
    /// Every text and whole number of it, in a fixed order, replaced.
    fileprivate func mappingTexts(
        _ text: (String, TextPlace) -> String, numbers: (Int) -> Int = { $0 }
    ) -> Recording {
        func mapped(_ document: JSONValue) -> JSONValue {
            switch document {
            case .string(let value): return .string(text(value, .value))
            case .integer(let number): return .integer(numbers(number))
            case .array(let items): return .array(items.map(mapped))
            case .object(let fields):
                var object: [String: JSONValue] = [:]
                for (key, value) in fields.sorted(by: { $0.key < $1.key }) { object[text(key, .key)] = mapped(value) }
                return .object(object)
            default: return document
            }
        }
        func mapped(_ body: RecordedBody) -> RecordedBody {
            switch body {
            case .json(let document): .json(mapped(document))
            case .text(let value): .text(text(value, .value))
            default: body
            }
        }
        var recording = self
        recording.exchanges = exchanges.map { exchange in
            var exchange = exchange
            exchange.request.path = text(exchange.request.path, .value)
            for index in exchange.request.query.indices {
                exchange.request.query[index].value = text(exchange.request.query[index].value, .value)
            }
            for index in exchange.request.headers.indices {
                exchange.request.headers[index].value = text(exchange.request.headers[index].value, .value)
            }
            exchange.request.body = mapped(exchange.request.body)
            exchange.response.body = mapped(exchange.response.body)
            for index in exchange.response.frames.indices {
                exchange.response.frames[index].content = mapped(exchange.response.frames[index].content)
            }
            return exchange
        }
        return recording
    }
}
