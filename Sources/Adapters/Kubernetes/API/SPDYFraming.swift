/// A frame of SPDY/3.1 (draft-mbelshe-httpbis-spdy-00, 2.2), as far as we must know what it says.
enum SPDYFrame: Equatable {
    case data(stream: UInt32, [UInt8], isLast: Bool)
    /// The server gave a stream up.
    case ended(stream: UInt32)
    case ping(UInt32)
    /// The server will open nothing more.
    case goodbye
    case other

    private static let control: [UInt8] = [0x80, 3]

    /// The bytes that open a stream.
    /// - Parameter isFirst: whether it is the connection's first: all header blocks are one zlib stream.
    static func open(_ stream: UInt32, headers: [(name: String, value: String)], isFirst: Bool) -> [UInt8] {
        var block = bytes(UInt32(headers.count))
        for (name, value) in headers {
            block += bytes(UInt32(name.utf8.count)) + Array(name.utf8)
            block += bytes(UInt32(value.utf8.count)) + Array(value.utf8)
        }
        let length = UInt16(block.count)
        var body = bytes(stream) + [0, 0, 0, 0, 0, 0]
        if isFirst { body += [0x78, 0x01] }
        // A stored block, and an empty one that makes the reader hand it on (RFC 1951, 3.2.4).
        body += [0, UInt8(length & 0xFF), UInt8(length >> 8), UInt8(~length & 0xFF), UInt8(~length >> 8)] + block
        body += [0, 0, 0, 0xFF, 0xFF]
        return control + [0, 1, 0] + short(body.count) + body
    }

    static func data(_ stream: UInt32, _ payload: some Collection<UInt8>, isLast: Bool = false) -> [UInt8] {
        bytes(stream) + [isLast ? 1 : 0] + short(payload.count) + payload
    }

    static func ping(_ number: UInt32) -> [UInt8] { control + [0, 6, 0] + short(4) + bytes(number) }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    private static func short(_ number: Int) -> [UInt8] {
        (0..<3).map { UInt8(truncatingIfNeeded: number >> (16 - 8 * $0)) }
    }
}

/// Takes a connection's bytes apart into frames.
struct SPDYDecoder {
    private var buffer: [UInt8] = []

    /// The frames that are whole with `bytes`, in order.
    mutating func take(_ bytes: [UInt8]) -> [SPDYFrame] {
        buffer += bytes
        var begin = 0
        defer { buffer.removeFirst(begin) }
        var frames: [SPDYFrame] = []
        while buffer.count - begin >= 8 {
            let head = buffer[begin..<(begin + 8)]
            let length = Int(number(head.dropFirst(5)))
            guard buffer.count - begin >= 8 + length else { break }
            frames.append(frame(Array(head), buffer[(begin + 8)..<(begin + 8 + length)]))
            begin += 8 + length
        }
        return frames
    }

    private func frame(_ head: [UInt8], _ body: ArraySlice<UInt8>) -> SPDYFrame {
        let isLast = head[4] & 1 == 1
        let first = number(body.prefix(4)) & 0x7FFF_FFFF
        guard head[0] & 0x80 != 0 else {
            return .data(stream: number(head.prefix(4)), Array(body), isLast: isLast)
        }
        switch head[3] {
        // The answer to a stream that we opened may say that nothing will come on it.
        case 2: return isLast ? .ended(stream: first) : .other
        case 3: return .ended(stream: first)
        case 6: return .ping(number(body.prefix(4)))
        case 7: return .goodbye
        default: return .other
        }
    }

    private func number(_ bytes: some Sequence<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}
