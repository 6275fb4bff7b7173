import FoundationEssentials

/// Takes a stream of log frames apart: JSON objects one behind the other, with nothing between them.
struct LogFrames: Sendable {
    /// A piece of a log; what has neither data nor event says that the connection is alive.
    struct Frame: Sendable, Equatable, Decodable {
        /// The file that it is from.
        var File: String?
        /// Where in the file the piece ends.
        var Offset: Int?
        /// Base 64.
        var Data: String?
        /// Such as `file truncated`, `file deleted`.
        var FileEvent: String?

        var bytes: [UInt8] { Data.flatMap { FoundationEssentials.Data(base64Encoded: $0) }.map { Array($0) } ?? [] }
    }

    private var rest: [UInt8] = []
    private var depth = 0
    private var isInText = false
    private var isEscaped = false

    /// The frames that are whole with `bytes`.
    /// - Throws: `DecodingError` when one is none.
    mutating func take(_ bytes: some Sequence<UInt8>) throws -> [Frame] {
        var frames: [Frame] = []
        for byte in bytes {
            guard depth > 0 || byte == UInt8(ascii: "{") else { continue }
            rest.append(byte)
            if isInText {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"):
                depth -= 1
                guard depth == 0 else { continue }
                frames.append(try JSONDecoder().decode(Frame.self, from: Data(rest)))
                rest.removeAll(keepingCapacity: true)
            default: break
            }
        }
        return frames
    }
}
