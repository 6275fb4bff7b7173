import JSONDocument

/// One request and what came of it, as a recording holds it: readable, and free of what differs from run to run.
package struct Exchange: Sendable, Equatable {
    /// Which call of the case it belongs to, such as `deploy` or `deploy.2`.
    package var step: String
    package var request: RequestRecord
    package var response: ResponseRecord
    /// Whether a replay may end without it.
    package var isOptional: Bool

    package init(step: String, request: RequestRecord, response: ResponseRecord, isOptional: Bool = false) {
        self.step = step
        self.request = request
        self.response = response
        self.isOptional = isOptional
    }
}

/// A recorded request. Only headers that mean something to the server's answer are kept.
package struct RequestRecord: Sendable, Equatable {
    package var method: String
    /// Percent-encoded, without the query.
    package var path: String
    /// Decoded; order does not count.
    package var query: [QueryField]
    package var headers: [HTTPField]
    package var body: RecordedBody

    package init(
        _ method: String, _ path: String, query: [QueryField] = [], headers: [HTTPField] = [],
        body: RecordedBody = .none
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// A recorded answer: a body, or frames where it came in pieces.
package struct ResponseRecord: Sendable, Equatable {
    package var status: Int
    package var headers: [HTTPField]
    package var body: RecordedBody
    /// `tcp` or `websocket` where the connection left HTTP.
    package var upgrade: String?
    /// What came and went, in order; empty for a plain answer.
    package var frames: [Frame]
    /// How many exchanges had begun before the answer was there. A replay answers no earlier.
    package var after: Int?
    /// How an answer that came in pieces ended; `nil` for one that came whole.
    package var ending: Ending?

    /// How an answer that comes in pieces ends.
    package enum Ending: String, Sendable {
        /// The server was done.
        case ended
        /// The client left while there was more to come.
        case left
    }

    package init(
        _ status: Int, headers: [HTTPField] = [], body: RecordedBody = .none, upgrade: String? = nil,
        frames: [Frame] = [], after: Int? = nil, ending: Ending? = nil
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.upgrade = upgrade
        self.frames = frames
        self.after = after
        self.ending = ending
    }
}

/// A body as a reviewer wants to see it.
package enum RecordedBody: Sendable, Equatable {
    case none
    case json(JSONValue)
    case text(String)
    case bytes([UInt8])

    /// JSON where it is JSON, else text where it is text, else bytes.
    package init(_ bytes: [UInt8]) {
        if bytes.isEmpty {
            self = .none
        } else if let first = bytes.first(where: { !" \n\r\t".utf8.contains($0) }), "{[".utf8.contains(first),
            let document = try? JSONValue(parsing: bytes)
        {
            self = .json(document)
        } else if let text = String(validating: bytes, as: UTF8.self) {
            self = .text(text)
        } else {
            self = .bytes(bytes)
        }
    }

    /// What goes over the wire.
    package var bytes: [UInt8] {
        switch self {
        case .none: []
        case .json(let document): Array((document.compact + "\n").utf8)
        case .text(let text): Array(text.utf8)
        case .bytes(let bytes): bytes
        }
    }

    package var json: JSONValue? { if case .json(let document) = self { document } else { nil } }
}

/// A piece of a stream, taken out of the backend's framing.
package struct Frame: Sendable, Equatable {
    /// Which way, seen from the client.
    package enum Direction: String, Sendable { case sent = "out", received = "in" }

    /// Milliseconds since the recording began or, in scenarios, since the answer's head; for people, a replay does not
    /// go by it.
    package var time: Int
    package var direction: Direction
    /// `stdout`, `stderr`, `stdin`, `error`, `resize`, `raw`, `ws-text`, `ws-binary`, `close`.
    package var channel: String
    package var content: RecordedBody
    /// How many exchanges had begun before it. A replay lets it go no earlier.
    package var after: Int?

    package init(
        time: Int = 0, _ direction: Direction, _ channel: String, _ content: RecordedBody, after: Int? = nil
    ) {
        self.time = time
        self.direction = direction
        self.channel = channel
        self.content = content
        self.after = after
    }
}

/// A recording: who made it, of which server, and what went over the wire.
package struct Recording: Sendable, Equatable {
    /// Where a recording's answers come from. The one is never told as the other.
    package enum Provenance: String, Sendable {
        /// A real server gave them.
        case recorded
        /// Written from a description of the API.
        case derived
    }

    /// The server that answered.
    package struct Server: Sendable, Equatable {
        /// Such as `docker-engine`.
        package var product: String
        package var version: String
        /// What else tells it from others: API version, operating system.
        package var details: [String: String]

        package init(product: String, version: String, details: [String: String] = [:]) {
            self.product = product
            self.version = version
            self.details = details
        }
    }

    /// A case's or scenario's id.
    package var title: String
    package var provenance: Provenance
    package var server: Server
    /// The day, `YYYY-MM-DD`.
    package var recorded: String
    /// What made it, with its version.
    package var creator: String
    /// The version of the rules by which secrets were taken out.
    package var redaction: Int
    package var exchanges: [Exchange]
    /// What the kit saw when it looked at the backend itself, in order.
    package var observations: [JSONValue]

    package init(
        title: String, provenance: Provenance, server: Server, recorded: String, creator: String, redaction: Int,
        exchanges: [Exchange], observations: [JSONValue] = []
    ) {
        self.title = title
        self.provenance = provenance
        self.server = server
        self.recorded = recorded
        self.creator = creator
        self.redaction = redaction
        self.exchanges = exchanges
        self.observations = observations
    }
}
