import NIOCore
import Traffic

/// Puts answers on the wire.
struct AnswerWriter: Sendable {
    private let channel: any Channel

    init(_ channel: any Channel) {
        self.channel = channel
    }

    func raw(_ bytes: [UInt8]) async throws {
        if !bytes.isEmpty { try await channel.writeAndFlush(ByteBuffer(bytes: bytes)).get() }
    }

    /// - Parameters:
    ///   - isHead: the request was a HEAD: the body is only announced.
    ///   - closes: the connection ends with this answer.
    func whole(_ head: AnswerHead, _ body: [UInt8], isHead: Bool, closes: Bool) async throws {
        var head = head
        if head.status != 204, head.status != 304, head.header("content-length") == nil {
            head.headers.append(HTTPField("Content-Length", String(body.count)))
        }
        if closes { head.headers.append(HTTPField("Connection", "close")) }
        try await raw(Self.text(head) + (isHead ? [] : body))
    }

    func chunked(
        _ head: AnswerHead, _ write: (_ piece: @Sendable ([UInt8]) async throws -> Void) async throws -> Void
    ) async throws {
        var head = head
        head.headers.append(HTTPField("Transfer-Encoding", "chunked"))
        try await raw(Self.text(head))
        try await write { piece in
            guard !piece.isEmpty else { return }
            try await raw(Array((String(piece.count, radix: 16) + "\r\n").utf8) + piece + Array("\r\n".utf8))
        }
        try await raw(Array("0\r\n\r\n".utf8))
    }

    func upgraded(_ head: AnswerHead, to name: String) async throws {
        var head = head
        head.headers += [HTTPField("Connection", "Upgrade"), HTTPField("Upgrade", name)]
        try await raw(Self.text(head))
    }

    private static func text(_ head: AnswerHead) -> [UInt8] {
        let lines = head.headers.map { "\($0.name): \($0.value)\r\n" }.joined()
        return Array("HTTP/1.1 \(head.status) \(reason(head.status))\r\n\(lines)\r\n".utf8)
    }

    private static func reason(_ status: Int) -> String {
        switch status {
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 204: "No Content"
        case 304: "Not Modified"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 409: "Conflict"
        case 410: "Gone"
        case 422: "Unprocessable Entity"
        case 429: "Too Many Requests"
        case 500: "Internal Server Error"
        case 503: "Service Unavailable"
        default: "Status"
        }
    }
}

/// The bytes that come once a connection has left HTTP.
actor RawInput {
    private var incoming: AsyncStream<Heard>.Iterator

    init(_ heard: AsyncStream<Heard>) {
        incoming = heard.makeAsyncIterator()
    }

    func next() async throws -> [UInt8]? {
        var iterator = incoming
        defer { incoming = iterator }
        while let item = await iterator.next(isolation: self) {
            if case .bytes(let bytes) = item, !bytes.isEmpty { return bytes }
        }
        return nil
    }
}
