/// The HTTP part of an upgraded connection: the request's bytes, and the answer's head as it arrives.
struct UpgradeHead {
    enum Step: Equatable {
        /// The head is not complete yet.
        case more
        /// Bytes of the stream behind the head.
        case stream([UInt8])
        case failed(APIFailure)
    }

    static let longestHead = 65_536

    private var buffer: [UInt8] = []
    /// The head of the answer that left HTTP.
    private(set) var upgraded: ResponseHead?
    /// Set when the server refused: the body follows until its length, or the end of the stream.
    private var refusal: ResponseHead?

    static func request(_ request: APIRequest, endpoint: APIEndpoint) -> [UInt8] {
        let body = request.body?.bytes ?? []
        var lines = ["\(request.method.rawValue) \(request.target) HTTP/1.1"]
        lines.append("Host: \(endpoint.authority)")
        lines += (endpoint.headers + request.headers).map { "\($0.name): \($0.value)" }
        if let type = request.body?.contentType { lines.append("Content-Type: \(type)") }
        lines.append("Content-Length: \(body.count)")
        // WebSockets name what they want themselves.
        if !request.headers.contains(where: { $0.name.lowercased() == "upgrade" }) {
            lines += ["Connection: Upgrade", "Upgrade: tcp"]
        }
        lines += ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8) + body
    }

    mutating func take(_ bytes: ArraySlice<UInt8>, of request: APIRequest) -> Step {
        if upgraded != nil { return .stream(Array(bytes)) }
        buffer += bytes
        if let refusal { return refused(refusal, request) }
        guard let end = headEnd else {
            return buffer.count > Self.longestHead
                ? .failed(.unexpectedReply(call: request.summary, reason: "its head does not end")) : .more
        }
        guard let head = Self.parse(buffer[..<end]) else {
            return .failed(.unexpectedReply(call: request.summary, reason: "it is no HTTP"))
        }
        let rest = Array(buffer[(end + 4)...])
        switch head.status {
        case 101, 200:
            upgraded = head
            buffer = []
            return .stream(rest)
        case 100..<200:
            buffer = rest
            return take([], of: request)
        default:
            refusal = head
            buffer = rest
            return refused(head, request)
        }
    }

    /// What the end of the connection means at this point.
    func endOfStream(of request: APIRequest) -> Result<Void, APIFailure> {
        if upgraded != nil { return .success(()) }
        if let refusal {
            return .failure(.refused(request, APIResponse(head: refusal, body: plainBody(refusal))))
        }
        return .failure(.interrupted(call: request.summary, reason: "the server closed it without an answer"))
    }

    private func refused(_ head: ResponseHead, _ request: APIRequest) -> Step {
        guard let length = head.header("content-length").flatMap({ Int($0) }), length >= 0 else {
            let isWhole = head.header("transfer-encoding") != nil && buffer.suffix(5).elementsEqual("0\r\n\r\n".utf8)
            return isWhole ? .failed(.refused(request, APIResponse(head: head, body: plainBody(head)))) : .more
        }
        guard buffer.count >= length else { return .more }
        return .failed(.refused(request, APIResponse(head: head, body: Array(buffer.prefix(length)))))
    }

    /// The body without its chunk sizes.
    private func plainBody(_ head: ResponseHead) -> [UInt8] {
        guard head.header("transfer-encoding") != nil else { return buffer }
        var plain: [UInt8] = []
        var rest = buffer[...]
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let size = Int(String(decoding: rest[..<lineEnd].prefix { $0 != 13 && $0 != 59 }, as: UTF8.self), radix: 16)
            rest = rest[(lineEnd + 1)...]
            guard let size, size > 0, size <= rest.count else { break }
            plain += rest.prefix(size)
            rest = rest.dropFirst(size).drop { $0 == 13 || $0 == 10 }
        }
        return plain
    }

    private var headEnd: Int? {
        guard buffer.count >= 4 else { return nil }
        return (0...(buffer.count - 4)).first { buffer[$0..<($0 + 4)].elementsEqual([13, 10, 13, 10]) }
    }

    private static func parse(_ bytes: ArraySlice<UInt8>) -> ResponseHead? {
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, first.hasPrefix("HTTP/1."),
            let status = first.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        return ResponseHead(status: status, headers: lines.dropFirst().compactMap { HTTPHeader(line: String($0)) })
    }
}
