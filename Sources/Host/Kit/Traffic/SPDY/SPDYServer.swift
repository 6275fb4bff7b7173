import APIClient

/// The server's side of a remote command's streams over SPDY/3.1, told as the messages that a WebSocket would carry:
/// a stream's number and what goes over it; `255` and a stream's number for its end.
package actor SPDYServer {
    private let bytes: ByteChannel
    private let wanted: [RemoteStream]
    private var reader = SPDYReader()
    private var streams: [RemoteStream: UInt32] = [:]
    private var waiting: [WebSocketMessage] = []
    private var hasReplied = false
    private var isClosed = false

    /// - Parameter wanted: the streams that the request asked for, in the order in which clients open them.
    package init(_ bytes: ByteChannel, wanted: [RemoteStream]) {
        self.bytes = bytes
        self.wanted = wanted
    }

    /// Waits until every stream is open.
    package func open() async throws {
        while streams.count < wanted.count {
            guard let more = try await bytes.receive() else { throw CancellationError() }
            try await take(more)
        }
    }

    /// The next message; `nil` when the client sends no more.
    package func receive() async throws -> WebSocketMessage? {
        while waiting.isEmpty {
            guard let more = try await bytes.receive() else { return nil }
            try await take(more)
        }
        return waiting.removeFirst()
    }

    /// Sends a message's bytes over its stream.
    package func send(_ message: WebSocketMessage) async throws {
        switch message {
        case .binary(let message):
            guard message.count > 1, let stream = message.first.flatMap(RemoteStream.init), let number = streams[stream]
            else { return }
            try await bytes.send(Self.data(number, message.dropFirst()))
        case .close: try await close()
        default: break
        }
    }

    /// Ends every stream.
    package func close() async throws {
        guard !isClosed else { return }
        isClosed = true
        for stream in [RemoteStream.stdout, .stderr, .error] {
            if let number = streams[stream] { try await bytes.send(Self.data(number, [], isLast: true)) }
        }
    }

    private func take(_ more: [UInt8]) async throws {
        for piece in reader.take(more) {
            switch piece {
            case .opened(let number, let type):
                let next = wanted.first { streams[$0] == nil }
                guard let stream = RemoteStream(type: type) ?? next else { continue }
                streams[stream] = number
                try await bytes.send(reply(number))
            case .data(let number, let payload, let isLast):
                guard let stream = streams.first(where: { $0.value == number })?.key else { continue }
                if !payload.isEmpty { waiting.append(.binary([stream.rawValue] + payload)) }
                if isLast { waiting.append(.binary([255, stream.rawValue])) }
            case .ping(let number): try await bytes.send([0x80, 3, 0, 6, 0, 0, 0, 4] + number)
            case .goodbye, .other: continue
            }
        }
    }

    /// A stream is accepted, without a header.
    private func reply(_ number: UInt32) -> [UInt8] {
        // All header blocks are one zlib stream; this is four zeros as a stored block, flushed.
        let start: [UInt8] = hasReplied ? [] : [0x78, 0x01]
        hasReplied = true
        let block = start + [0, 4, 0, 0xFB, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
        return [0x80, 3, 0, 2, 0] + Self.length(4 + block.count) + Self.bytes(number) + block
    }

    private static func data(_ stream: UInt32, _ payload: some Collection<UInt8>, isLast: Bool = false) -> [UInt8] {
        bytes(stream) + [isLast ? 1 : 0] + length(payload.count) + payload
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
    }

    private static func length(_ number: Int) -> [UInt8] {
        (0..<3).map { UInt8(truncatingIfNeeded: number >> (16 - 8 * $0)) }
    }
}
