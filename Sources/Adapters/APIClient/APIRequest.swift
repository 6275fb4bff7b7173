/// One HTTP request as a value: nothing is sent until an ``APITransport`` takes it.
package struct APIRequest: Sendable, Equatable {
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
        case delete = "DELETE"

        /// Idempotent methods (RFC 9110, 9.2.2).
        var isIdempotent: Bool { self != .post && self != .patch }
    }

    package struct Body: Sendable, Equatable {
        package var bytes: [UInt8]
        package var contentType: String

        package init(bytes: [UInt8], contentType: String) {
            self.bytes = bytes
            self.contentType = contentType
        }
    }

    package var method: Method
    /// The path, percent-encoded, with its leading slash.
    package var path: String
    /// Names and values as they are meant; they are percent-encoded when sent.
    package var query: [QueryItem]
    package var headers: [HTTPHeader]
    package var body: Body?
    package var timeouts: Timeouts
    /// Whether sending it twice leaves the server as sending it once does, so that it may be sent again when nobody
    /// knows what became of it.
    package var isIdempotent: Bool

    /// - Parameter isIdempotent: as HTTP says of the method when `nil`.
    package init(
        _ method: Method, _ path: String, query: [QueryItem] = [], headers: [HTTPHeader] = [], body: Body? = nil,
        timeouts: Timeouts = .standard, isIdempotent: Bool? = nil
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.timeouts = timeouts
        self.isIdempotent = isIdempotent ?? method.isIdempotent
    }

    /// Path and query as they stand in the request line.
    package var target: String {
        guard !query.isEmpty else { return path }
        return path + "?"
            + query.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }.joined(separator: "&")
    }
}

package struct QueryItem: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

package struct HTTPHeader: Sendable, Equatable {
    package var name: String
    package var value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// How long to wait for the three things a server can be slow at.
package struct Timeouts: Sendable, Equatable {
    /// Until the connection stands, TLS included.
    package var connect: Duration
    /// Between two bytes; `nil` for streams that may be silent.
    package var idle: Duration?
    /// For the whole exchange; `nil` for streams.
    package var total: Duration?

    package init(connect: Duration = .seconds(10), idle: Duration? = .seconds(60), total: Duration? = .seconds(120)) {
        self.connect = connect
        self.idle = idle
        self.total = total
    }

    package static let standard = Timeouts()
    /// For answers that end when something happens: events, logs, waiting for an exit.
    package static let untilItEnds = Timeouts(idle: nil, total: nil)
}

/// `text` with everything but RFC 3986's unreserved characters percent-encoded.
package func percentEncoded(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var encoded: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            encoded.append(byte)
        default:
            encoded += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: encoded, as: UTF8.self)
}
