import APIClient

/// A remote command's streams as messages of a WebSocket: the first byte is the channel's number.
struct ExecChannels: RemoteStreams {
    /// Since 1.30 a server can be told where input ends; before, it only sees that the whole connection has.
    static let newest = "v5.channel.k8s.io"
    static let oldest = "v4.channel.k8s.io"

    private static let closing: UInt8 = 255

    private let session: WebSocketSession

    init(_ session: WebSocketSession) {
        self.session = session
    }

    var canEndInput: Bool { session.subprotocol == Self.newest }

    func receive() async throws -> (channel: RemoteChannel, bytes: [UInt8])? {
        while let message = try await session.receive() {
            guard case .binary(let bytes) = message, let channel = bytes.first.flatMap(RemoteChannel.init) else {
                continue
            }
            // Each session begins with an empty message for each channel.
            if bytes.count > 1 { return (channel, Array(bytes.dropFirst())) }
        }
        return nil
    }

    func send(_ bytes: [UInt8], to channel: RemoteChannel) async throws {
        // Servers refuse messages that are very long.
        var rest = bytes[...]
        while !rest.isEmpty {
            try await session.send(.binary([channel.rawValue] + rest.prefix(32_768)))
            rest = rest.dropFirst(32_768)
        }
    }

    func endInput() async throws {
        if canEndInput { try await session.send(.binary([Self.closing, RemoteChannel.stdin.rawValue])) }
    }

    func ping() throws { try session.post(.ping([])) }

    func close() { session.close() }
}
