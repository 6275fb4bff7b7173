/// A WebSocket's message, pieces joined (RFC 6455, 5.4 to 5.6).
package enum WebSocketMessage: Sendable, Equatable {
    case text(String)
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    /// The last message of a side; code 1005 when it gave none.
    case close(UInt16, String)
}

/// Takes a WebSocket's bytes apart into messages, whichever side sent them.
package struct WebSocketDecoder: Sendable {
    package struct Malformed: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    private var buffer: [UInt8] = []
    /// Where the next frame begins: taken frames are cut off once a call, not once a frame.
    private var begin = 0
    private var pieces: (opcode: UInt8, bytes: [UInt8])?
    private let longest: Int

    /// - Parameter longest: bytes that a message may have; a longer one is malformed.
    package init(longest: Int = 1 << 24) {
        self.longest = longest
    }

    /// The messages that are whole with `bytes`, in order. A frame may arrive in any number of pieces.
    package mutating func take(_ bytes: [UInt8]) throws -> [WebSocketMessage] {
        buffer += bytes
        defer {
            buffer.removeFirst(begin)
            begin = 0
        }
        var messages: [WebSocketMessage] = []
        while let frame = try nextFrame() {
            if let message = try join(frame) { messages.append(message) }
        }
        return messages
    }

    private struct Frame {
        var isLast: Bool
        var opcode: UInt8
        var payload: [UInt8]
    }

    private mutating func nextFrame() throws -> Frame? {
        let available = buffer.count - begin
        guard available >= 2 else { return nil }
        let (first, second) = (buffer[begin], buffer[begin + 1])
        guard first & 0x70 == 0 else { throw Malformed(description: "a reserved bit is set") }
        let isMasked = second & 0x80 != 0
        var length = Int(second & 0x7F)
        var start = 2
        let extra = length == 126 ? 2 : length == 127 ? 8 : 0
        if extra > 0 {
            guard available >= 2 + extra else { return nil }
            guard extra == 2 || buffer[begin + 2] < 0x80 else {
                throw Malformed(description: "a frame's length is negative")
            }
            length = buffer[(begin + 2)..<(begin + 2 + extra)].reduce(0) { $0 << 8 | Int($1) }
            start += extra
        }
        let opcode = first & 0x0F
        if opcode >= 8, length > 125 || first & 0x80 == 0 {
            throw Malformed(description: "a control frame is too long or comes in pieces")
        }
        guard length <= longest else { throw Malformed(description: "a frame has \(length) bytes") }
        let key = isMasked ? start : nil
        if isMasked { start += 4 }
        guard available >= start + length else { return nil }
        var payload = Array(buffer[(begin + start)..<(begin + start + length)])
        if let key { payload.mask(with: Array(buffer[(begin + key)..<(begin + key + 4)])) }
        begin += start + length
        return Frame(isLast: first & 0x80 != 0, opcode: opcode, payload: payload)
    }

    private mutating func join(_ frame: Frame) throws -> WebSocketMessage? {
        switch frame.opcode {
        case 8:
            guard frame.payload.count >= 2 else { return .close(1005, "") }
            let code = UInt16(frame.payload[0]) << 8 | UInt16(frame.payload[1])
            return .close(code, String(decoding: frame.payload[2...], as: UTF8.self))
        case 9: return .ping(frame.payload)
        case 10: return .pong(frame.payload)
        case 0:
            guard var begun = pieces else { throw Malformed(description: "a message goes on that never began") }
            begun.bytes += frame.payload
            guard begun.bytes.count <= longest else { throw Malformed(description: "a message is too long") }
            pieces = frame.isLast ? nil : begun
            return frame.isLast ? message(begun.opcode, begun.bytes) : nil
        case 1, 2:
            guard pieces == nil else { throw Malformed(description: "a message begins within another") }
            if !frame.isLast { pieces = (frame.opcode, frame.payload) }
            return frame.isLast ? message(frame.opcode, frame.payload) : nil
        default: throw Malformed(description: "a frame has opcode \(frame.opcode)")
        }
    }

    private func message(_ opcode: UInt8, _ bytes: [UInt8]) -> WebSocketMessage {
        opcode == 1 ? .text(String(decoding: bytes, as: UTF8.self)) : .binary(bytes)
    }
}

extension WebSocketMessage {
    /// The message as one frame.
    /// - Parameter key: what a client masks its frames with; a server masks none.
    package func frame(maskedBy key: [UInt8]? = nil) -> [UInt8] {
        var payload: [UInt8]
        let opcode: UInt8
        switch self {
        case .text(let text): (opcode, payload) = (1, Array(text.utf8))
        case .binary(let bytes): (opcode, payload) = (2, bytes)
        case .ping(let bytes): (opcode, payload) = (9, bytes)
        case .pong(let bytes): (opcode, payload) = (10, bytes)
        case .close(1005, _): (opcode, payload) = (8, [])
        case .close(let code, let reason):
            (opcode, payload) = (8, [UInt8(code >> 8), UInt8(code & 0xFF)] + Array(reason.utf8.prefix(123)))
        }
        var frame = [0x80 | opcode]
        let mark: UInt8 = key == nil ? 0 : 0x80
        switch payload.count {
        case ..<126: frame.append(mark | UInt8(payload.count))
        case ..<65_536: frame += [mark | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
        default:
            frame.append(mark | 127)
            frame += (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
        }
        if let key, key.count == 4 {
            frame += key
            payload.mask(with: key)
        }
        return frame + payload
    }
}

extension [UInt8] {
    /// RFC 6455, 5.3: masking twice is unmasking.
    fileprivate mutating func mask(with key: [UInt8]) {
        withUnsafeMutableBufferPointer { bytes in
            for index in bytes.indices { bytes[index] ^= key[index & 3] }
        }
    }
}
