/// The frames of SPDY/3.1 that `exec` and `attach` of Kubernetes are made of
/// (draft-mbelshe-httpbis-spdy-00, 2.2), as far as somebody between client and server must know them.
package enum SPDYPiece: Sendable, Equatable {
    /// A stream of this type was opened; the type is empty where it could not be read.
    case opened(UInt32, type: String)
    case data(UInt32, [UInt8], isLast: Bool)
    case ping([UInt8])
    case goodbye
    case other
}

/// Takes one direction of a connection apart.
package struct SPDYReader: Sendable {
    private var buffer: [UInt8] = []

    package init() {}

    /// The frames that are whole with `bytes`, in order.
    package mutating func take(_ bytes: [UInt8]) -> [SPDYPiece] {
        buffer += bytes
        var begin = 0
        defer { buffer.removeFirst(begin) }
        var pieces: [SPDYPiece] = []
        while buffer.count - begin >= 8 {
            let head = Array(buffer[begin..<(begin + 8)])
            let length = Int(Self.number(head[5...7]))
            guard buffer.count - begin >= 8 + length else { break }
            pieces.append(Self.piece(head, Array(buffer[(begin + 8)..<(begin + 8 + length)])))
            begin += 8 + length
        }
        return pieces
    }

    private static func piece(_ head: [UInt8], _ body: [UInt8]) -> SPDYPiece {
        guard head[0] & 0x80 != 0 else {
            return .data(number(head[0...3]), body, isLast: head[4] & 1 == 1)
        }
        switch head[3] {
        case 1: return .opened(number(body.prefix(4)) & 0x7FFF_FFFF, type: type(in: body))
        case 6: return .ping(Array(body.prefix(4)))
        case 7: return .goodbye
        default: return .other
        }
    }

    /// The value of the header `streamtype`, where the block was not compressed.
    private static func type(in block: [UInt8]) -> String {
        let name = Array("streamtype".utf8)
        guard block.count >= name.count + 4,
            let start = (0...(block.count - name.count)).first(where: { block[$0...].starts(with: name) })
        else { return "" }
        let rest = block[(start + name.count)...]
        return String(decoding: rest.dropFirst(4).prefix(Int(number(rest.prefix(4)))), as: UTF8.self)
    }

    private static func number(_ bytes: some Sequence<UInt8>) -> UInt32 { bytes.reduce(0) { $0 << 8 | UInt32($1) } }
}

/// The numbers that Kubernetes gives a command's streams, whatever carries them.
package enum RemoteStream: UInt8, Sendable, CaseIterable {
    case stdin, stdout, stderr, error, resize

    package init?(type: String) {
        guard let found = Self.allCases.first(where: { "\($0)" == type }) else { return nil }
        self = found
    }

    /// The streams that a request asks for, in the order in which clients open them.
    package static func wanted(by request: ServedRequest) -> [RemoteStream] {
        [.error] + (request.flag("stdin") ? [.stdin] : []) + (request.flag("stdout") ? [.stdout] : [])
            + (request.flag("stderr") && !request.flag("tty") ? [.stderr] : [])
            + (request.flag("tty") ? [.resize] : [])
    }
}
