import APIClient

/// A remote command's streams over SPDY/3.1, as every server before 1.30 speaks it: there the only protocol in which
/// input can end while output goes on.
///
/// Of SPDY, what `exec` and `attach` need: streams that we open, no flow control (Kubernetes' servers have none), and
/// header blocks that are framed as zlib wants it but not compressed.
final class SPDYChannels: RemoteStreams {
    private let connection: UpgradedConnection
    private let streams: [RemoteChannel: UInt32]
    private let incoming = Guarded(Incoming())

    private struct Incoming {
        var decoder = SPDYDecoder()
        var frames: [SPDYFrame] = []
        /// The streams that may still bring something.
        var open: Set<UInt32> = []
    }

    let canEndInput = true

    /// Asks for `command`'s streams and opens them all: the server starts nothing before it has seen each.
    /// - Throws: ``APIFailure`` when the server refuses.
    static func open(_ command: RemoteCommand, in namespace: String, over client: APIClient) async throws
        -> SPDYChannels
    {
        var request = command.request(.post, in: namespace)
        request.headers += [
            HTTPHeader("Connection", "Upgrade"), HTTPHeader("Upgrade", "SPDY/3.1"),
            HTTPHeader("X-Stream-Protocol-Version", ExecChannels.oldest),
        ]
        let connection = try await client.upgrade(request)
        guard connection.head.status == 101 else {
            connection.close()
            throw APIFailure.unexpectedReply(call: request.summary, reason: "it is no SPDY")
        }
        let wanted: [(RemoteChannel, String, Bool)] = [
            (.error, "error", true), (.stdin, "stdin", command.hasInput), (.stdout, "stdout", command.hasOutput),
            (.stderr, "stderr", command.hasOutput && !command.hasTerminal), (.resize, "resize", command.hasTerminal),
        ]
        var streams: [RemoteChannel: UInt32] = [:]
        var number: UInt32 = 1
        for (channel, type, isWanted) in wanted where isWanted {
            try await connection.write(SPDYFrame.open(number, headers: [("streamtype", type)], isFirst: number == 1))
            streams[channel] = number
            number += 2
        }
        return SPDYChannels(connection, streams)
    }

    private init(_ connection: UpgradedConnection, _ streams: [RemoteChannel: UInt32]) {
        self.connection = connection
        self.streams = streams
        let open = Set([RemoteChannel.stdout, .stderr, .error].compactMap { streams[$0] })
        incoming.withLock { $0.open = open }
    }

    func receive() async throws -> (channel: RemoteChannel, bytes: [UInt8])? {
        while true {
            while let frame = incoming.withLock({ $0.frames.isEmpty ? nil : $0.frames.removeFirst() }) {
                switch frame {
                case .data(let stream, let bytes, let isLast):
                    if isLast { incoming.withLock { $0.open.subtract([stream]) } }
                    guard !bytes.isEmpty, let channel = streams.first(where: { $0.value == stream })?.key else {
                        continue
                    }
                    return (channel, bytes)
                case .ended(let stream): incoming.withLock { $0.open.subtract([stream]) }
                // Those with even numbers are the server's, and wait for an answer.
                case .ping(let number): if number % 2 == 0 { try? connection.post(SPDYFrame.ping(number)) }
                case .goodbye: incoming.withLock { $0.open = [] }
                case .other: continue
                }
            }
            guard !incoming.withLock({ $0.open.isEmpty }), let bytes = try await connection.read() else { return nil }
            incoming.withLock { incoming in incoming.frames += incoming.decoder.take(bytes) }
        }
    }

    func send(_ bytes: [UInt8], to channel: RemoteChannel) async throws {
        guard let stream = streams[channel] else { return }
        var rest = bytes[...]
        while !rest.isEmpty {
            try await connection.write(SPDYFrame.data(stream, rest.prefix(32_768)))
            rest = rest.dropFirst(32_768)
        }
    }

    func endInput() async throws {
        if let stream = streams[.stdin] { try await connection.write(SPDYFrame.data(stream, [], isLast: true)) }
    }

    func ping() throws { try connection.post(SPDYFrame.ping(1)) }

    func close() { connection.close() }
}
