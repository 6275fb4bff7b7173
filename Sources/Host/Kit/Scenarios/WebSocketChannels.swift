import APIClient
import JSONDocument
import Traffic

/// How a subprotocol puts several streams into one WebSocket.
package struct WebSocketChannels: Sendable {
    /// Kubernetes': the first byte of a binary message is the stream's number.
    private static let numbered = ["stdin", "stdout", "stderr", "error", "resize"]

    private let isNumbered: Bool
    private let canEndInput: Bool

    package init(_ subprotocol: String) {
        isNumbered = subprotocol.hasSuffix("channel.k8s.io")
        canEndInput = subprotocol.hasPrefix("v5")
    }

    /// Where a message belongs and what it says; `nil` for what says nothing.
    package func read(_ message: WebSocketMessage) -> (channel: String, content: RecordedBody)? {
        switch message {
        case .ping, .pong: return nil
        case .close(let code, let reason):
            return ("close", .text(reason.isEmpty ? String(code) : "\(code) \(reason)"))
        case .text(let text): return ("ws-text", RecordedBody(Array(text.utf8)))
        case .binary(let bytes):
            if isNumbered, bytes.first == 255 { return ("close", .text(Self.numbered[Int(bytes.last ?? 0) % 5])) }
            guard isNumbered, let first = bytes.first, Self.numbered.indices.contains(Int(first)) else {
                return ("ws-binary", RecordedBody(bytes))
            }
            let channel = Self.numbered[Int(first)]
            let rest = Array(bytes.dropFirst())
            if channel == "error" { return (channel, RecordedBody(rest)) }
            return (
                channel,
                rest.isEmpty ? .none : String(validating: rest, as: UTF8.self).map { .text($0) } ?? .bytes(rest)
            )
        }
    }

    /// `nil` for a channel that the protocol lacks.
    package func message(_ channel: String, _ bytes: [UInt8]) -> WebSocketMessage? {
        if isNumbered {
            return Self.numbered.firstIndex(of: channel).map { .binary([UInt8($0)] + bytes) }
        }
        switch channel {
        case "ws-text": return .text(String(decoding: bytes, as: UTF8.self))
        case "ws-binary": return .binary(bytes)
        default: return nil
        }
    }

    /// What closes standard input.
    var endOfInput: WebSocketMessage? { canEndInput ? .binary([255, 0]) : nil }
}
