import FoundationEssentials
import JSONDocument

/// Recordings as HAR 1.2 files (http://www.softwareishard.com/blog/har-12-spec). What HAR has no place for stands in
/// fields that begin with `_`, as its rules ask for; `fixtures/README.md` lists them.
extension Recording {
    package static let profile = "linkspan-har/1"

    /// The file's text. The same recording always gives the same text.
    package var har: String {
        var log: [String: JSONValue] = [
            "version": "1.2", "_profile": .string(Self.profile), "_title": .string(title),
            "_provenance": .string(provenance.rawValue), "_recorded": .string(recorded),
            "_redaction": .integer(redaction),
            "creator": ["name": "linkspan-conformance", "version": .string(creator)],
            "_server": [
                "product": .string(server.product), "version": .string(server.version),
                "details": .object(server.details.mapValues { .string($0) }),
            ],
            "entries": .array(exchanges.enumerated().map { $1.entry($0) }),
        ]
        if !observations.isEmpty { log["_observations"] = .array(observations) }
        return JSONValue.object(["log": .object(log)]).indented(by: 1, upTo: 116) + "\n"
    }

    /// The same with every body as text, as HAR has it by itself.
    package var plainHAR: String {
        func text(_ body: RecordedBody) -> RecordedBody {
            if case .json(let document) = body { .text(document.indented(by: 2, upTo: 100)) } else { body }
        }
        var plain = self
        for index in plain.exchanges.indices {
            plain.exchanges[index].request.body = text(exchanges[index].request.body)
            plain.exchanges[index].response.body = text(exchanges[index].response.body)
        }
        return plain.har
    }

    /// Reads a HAR file: one of ours, or what a browser or proxy wrote, which is then taken for recorded.
    /// - Throws: ``HARProblem`` that says what is missing.
    package init(har bytes: [UInt8]) throws {
        guard let document = try? JSONValue(parsing: bytes), let log = document["log"],
            let entries = log["entries"]?.items
        else { throw HARProblem("it is no HAR file: there is no log.entries") }
        let version = log["version"]?.text ?? "1.2"
        guard version.hasPrefix("1.") else { throw HARProblem("it is HAR \(version), and 1.2 is understood") }
        let provenance = log["_provenance"]?.text ?? "recorded"
        guard let known = Provenance(rawValue: provenance) else {
            throw HARProblem("its _provenance is '\(provenance)': recorded or derived is understood")
        }
        self.init(
            title: log["_title"]?.text ?? "", provenance: known,
            server: Server(
                product: log["_server"]?["product"]?.text ?? "", version: log["_server"]?["version"]?.text ?? "",
                details: (log["_server"]?["details"]?.fields ?? [:]).compactMapValues(\.text)),
            recorded: log["_recorded"]?.text ?? String((entries.first?["startedDateTime"]?.text ?? "").prefix(10)),
            creator: log["creator"]?["version"]?.text ?? "", redaction: log["_redaction"]?.whole ?? 0,
            exchanges: try entries.enumerated().map { number, entry in
                guard let exchange = Exchange(entry: entry) else {
                    throw HARProblem("entry \(number + 1) lacks a request or a response")
                }
                return exchange
            },
            observations: log["_observations"]?.items ?? [])
    }
}

/// Why a file cannot be read as HAR.
package struct HARProblem: Error, Equatable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}

extension Exchange {
    /// HAR wants a time for each entry; ours only tell the order, so that a recording made twice is the same.
    fileprivate func entry(_ number: Int) -> JSONValue {
        let millisecond = String(number % 1_000)
        let time =
            "2000-01-01T00:00:\(number / 1_000 < 10 ? "0" : "")\(number / 1_000)."
            + String(repeating: "0", count: 3 - millisecond.count) + millisecond + "Z"
        var entry: [String: JSONValue] = [
            "_id": .integer(number + 1), "startedDateTime": .string(time), "time": 0,
            "request": request.har, "response": response.har, "cache": [:],
            "timings": ["send": 0, "wait": 0, "receive": 0],
        ]
        if !step.isEmpty { entry["_step"] = .string(step) }
        if isOptional { entry["_optional"] = true }
        if let after = response.after { entry["_after"] = .integer(after) }
        if let upgrade = response.upgrade { entry["_upgrade"] = .string(upgrade) }
        if let ending = response.ending { entry["_stream"] = .string(ending.rawValue) }
        if !response.frames.isEmpty { entry["_frames"] = .array(response.frames.map(\.har)) }
        return .object(entry)
    }

    fileprivate init?(entry: JSONValue) {
        guard let request = entry["request"].flatMap({ RequestRecord(har: $0) }),
            let answer = entry["response"], let status = answer["status"]?.whole
        else { return nil }
        var response = ResponseRecord(
            status, headers: fields(answer["headers"]), body: RecordedBody(har: answer["content"]),
            after: entry["_after"]?.whole, ending: entry["_stream"]?.text.flatMap { .init(rawValue: $0) })
        response.upgrade = entry["_upgrade"]?.text
        response.frames = (entry["_frames"]?.items ?? []).compactMap { Frame(har: $0) }
        if let messages = entry["_webSocketMessages"]?.items {
            // As browsers and mitmproxy write them.
            response.upgrade = "websocket"
            let start = messages.first?["time"]?.number ?? 0
            response.frames = messages.compactMap { Frame(webSocket: $0, since: start) }
        }
        self.init(
            step: entry["_step"]?.text ?? "", request: request, response: response,
            isOptional: entry["_optional"]?.flag ?? false)
    }
}

extension RequestRecord {
    fileprivate var har: JSONValue {
        var record: [String: JSONValue] = [
            "method": .string(method), "url": .string("http://backend" + path), "httpVersion": "HTTP/1.1",
            "cookies": [], "headers": harFields(headers),
            "queryString": .array(
                query.map { ["name": .string($0.name), "value": .string($0.value)] }),
            "headersSize": -1, "bodySize": -1,
        ]
        if body != .none {
            let type = headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
            record["postData"] = body.har(["mimeType": .string(type), "params": []])
        }
        return .object(record)
    }

    fileprivate init?(har: JSONValue) {
        guard let method = har["method"]?.text, let url = har["url"]?.text else { return nil }
        // `http://host:port/path`, of which the part behind the host counts.
        let parts = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
        let hasHost = parts.count >= 3 && parts[0].hasSuffix(":") && parts[1].isEmpty
        let target = hasHost ? "/" + (parts.count > 3 ? parts[3] : "") : url
        // A query stands in the address in what proxies write, and in queryString alone in ours.
        let asked = ServedRequest(method, target)
        let listed = (har["queryString"]?.items ?? []).compactMap { item in
            item["name"]?.text.map { QueryField(name: $0, value: item["value"]?.text ?? "") }
        }
        self.init(
            method, asked.path, query: listed.isEmpty ? asked.query : listed, headers: fields(har["headers"]),
            body: RecordedBody(har: har["postData"]))
    }
}

extension ResponseRecord {
    fileprivate var har: JSONValue {
        let type = headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        return [
            "status": .integer(status), "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": harFields(headers), "redirectURL": "", "headersSize": -1, "bodySize": -1,
            "content": body.har(["mimeType": .string(type), "size": .integer(body.bytes.count)]),
        ]
    }
}

extension RecordedBody {
    /// `fields` with the body added: JSON as JSON, for those who review it.
    fileprivate func har(_ fields: [String: JSONValue]) -> JSONValue {
        var fields = fields
        switch self {
        case .none: break
        case .json(let document): fields["_json"] = document
        case .text(let text): fields["text"] = .string(text)
        case .bytes(let bytes):
            fields["text"] = .string(Base64.encode(bytes))
            fields["encoding"] = "base64"
        }
        return .object(fields)
    }

    fileprivate init(har: JSONValue?) {
        if let document = har?["_json"] {
            self = .json(document)
        } else if let text = har?["text"]?.text {
            let isEncoded = har?["encoding"]?.text == "base64"
            self = RecordedBody(isEncoded ? Base64.decode(text) ?? [] : Array(text.utf8))
        } else {
            self = .none
        }
    }
}

extension Frame {
    fileprivate var har: JSONValue {
        var fields: [String: JSONValue] = [
            "t": .integer(time), "d": .string(direction.rawValue), "ch": .string(channel),
        ]
        if let after { fields["after"] = .integer(after) }
        switch content {
        case .none: break
        case .json(let document): fields["json"] = document
        case .text(let text): fields["text"] = .string(text)
        case .bytes(let bytes): fields["b64"] = .string(Base64.encode(bytes))
        }
        return .object(fields)
    }

    fileprivate init?(har: JSONValue) {
        guard let direction = har["d"]?.text.flatMap({ Direction(rawValue: $0) }), let channel = har["ch"]?.text else {
            return nil
        }
        let content: RecordedBody =
            if let document = har["json"] { .json(document) } else if let text = har["text"]?.text {
                .text(text)
            } else if let bytes = har["b64"]?.text.flatMap({ Base64.decode($0) }) { .bytes(bytes) } else { .none }
        self.init(time: har["t"]?.whole ?? 0, direction, channel, content, after: har["after"]?.whole)
    }

    fileprivate init?(webSocket message: JSONValue, since start: Double) {
        guard let data = message["data"]?.text else { return nil }
        let isText = message["opcode"]?.whole != 2
        let bytes = isText ? Array(data.utf8) : Base64.decode(data) ?? Array(data.utf8)
        self.init(
            time: Int(((message["time"]?.number ?? start) - start) * 1_000),
            message["type"]?.text == "send" ? .sent : .received, isText ? "ws-text" : "ws-binary", RecordedBody(bytes))
    }
}

extension JSONValue {
    fileprivate var number: Double? {
        if case .number(let number) = self { number } else { whole.map(Double.init) }
    }
}

private func harFields(_ headers: [HTTPField]) -> JSONValue {
    .array(headers.map { ["name": .string($0.name), "value": .string($0.value)] })
}

private func fields(_ headers: JSONValue?) -> [HTTPField] {
    (headers?.items ?? []).compactMap { header in
        header["name"]?.text.map { HTTPField($0, header["value"]?.text ?? "") }
    }
}
