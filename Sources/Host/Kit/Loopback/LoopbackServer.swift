import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization
import Traffic

/// A real HTTP/1.1 server on this machine's loopback or a unix socket, answering as it is told.
///
/// NIO reads the requests; what is sent is written byte by byte here, because a kit that tests clients must be able to
/// send what no server should.
package final class LoopbackServer: Sendable {
    package enum Address: Sendable, Equatable {
        case unixSocket(String)
        /// A loopback address; port 0 for any that is free.
        case tcp(host: String, port: Int)
    }

    /// Where it listens, with the port that it got.
    package let address: Address
    private let listener: any Channel
    private let connections: OpenConnections

    private init(address: Address, listener: any Channel, connections: OpenConnections) {
        self.address = address
        self.listener = listener
        self.connections = connections
    }

    deinit {
        listener.close(promise: nil)
        connections.closeAll()
    }

    /// Starts to listen. Stops with ``stop()`` or when it is no longer referenced.
    package static func start(
        at address: Address, tls: TLSIdentity? = nil, answering: any Answering
    ) async throws -> LoopbackServer {
        let tls = try tls?.serverContext()
        let connections = OpenConnections()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(ChannelOptions.backlog, value: 256)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            // Docker's clients end their input and go on reading.
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let tls { try pipeline.addHandler(NIOSSLServerHandler(context: tls)) }
                    let decoder = ByteToMessageHandler(HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes))
                    try pipeline.addHandler(decoder)
                    try pipeline.addHandler(RequestGatherer(decoder))
                    try pipeline.addHandler(ConnectionEnds(answering, connections))
                }
            }
        let listener: any Channel
        var bound = address
        switch address {
        case .unixSocket(let path):
            listener = try await bootstrap.bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
        case .tcp(let host, let port):
            listener = try await bootstrap.bind(host: host, port: port).get()
            bound = .tcp(host: host, port: listener.localAddress?.port ?? 0)
        }
        return LoopbackServer(address: bound, listener: listener, connections: connections)
    }

    /// Closes the listener and every connection.
    package func stop() async {
        try? await listener.close()
        connections.closeAll()
    }
}

/// The connections that a server has.
final class OpenConnections: Sendable {
    private let channels = Mutex<(isClosed: Bool, open: [ObjectIdentifier: any Channel])>((false, [:]))

    /// - Returns: whether it may stay: a server that has stopped wants no more.
    func add(_ channel: any Channel) -> Bool {
        channels.withLock { channels in
            if !channels.isClosed { channels.open[ObjectIdentifier(channel)] = channel }
            return !channels.isClosed
        }
    }

    func remove(_ channel: any Channel) {
        channels.withLock { _ = $0.open.removeValue(forKey: ObjectIdentifier(channel)) }
    }

    func closeAll() {
        let open = channels.withLock { channels in
            channels.isClosed = true
            return Array(channels.open.values)
        }
        for channel in open { channel.close(promise: nil) }
    }
}

/// Starts a connection's talk, and ends it when the client is gone.
private final class ConnectionEnds: ChannelInboundHandler {
    typealias InboundIn = Heard

    private let answering: any Answering
    private let connections: OpenConnections
    private let heard: AsyncStream<Heard>
    private let feed: AsyncStream<Heard>.Continuation
    private let clientHasEnded = Gate()
    private var talk: Task<Void, Never>?

    init(_ answering: any Answering, _ connections: OpenConnections) {
        self.answering = answering
        self.connections = connections
        (heard, feed) = AsyncStream<Heard>.makeStream()
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        guard connections.add(channel) else { return context.close(promise: nil) }
        let connection = Connection(channel, answering, heard, clientHasEnded)
        talk = Task {
            await connection.serve()
            channel.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { feed.yield(unwrapInboundIn(data)) }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .some(.inputClosed) = event as? ChannelEvent { end() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        talk?.cancel()
        connections.remove(context.channel)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func end() {
        feed.finish()
        let gate = clientHasEnded
        Task { await gate.open() }
    }
}

/// What a connection hears: requests, and raw bytes once it has left HTTP.
enum Heard: Sendable {
    case request(ServedRequest)
    case bytes([UInt8])
}

/// Gathers a request's parts, and steps aside when the connection leaves HTTP.
private final class RequestGatherer: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = Heard

    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private var request: ServedRequest?

    init(_ decoder: ByteToMessageHandler<HTTPRequestDecoder>) {
        self.decoder = decoder
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            request = ServedRequest(
                head.method.rawValue, head.uri, headers: head.headers.map { HTTPField($0.name, $0.value) })
        case .body(let buffer): request?.body += buffer.readableBytesView
        case .end:
            guard let whole = request else { return }
            request = nil
            context.fireChannelRead(wrapInboundOut(.request(whole)))
            if whole.upgrade != nil {
                let pipeline = context.pipeline.syncOperations
                try? pipeline.addHandler(RawBytes(), position: .after(self))
                pipeline.removeHandler(self, promise: nil)
                pipeline.removeHandler(decoder, promise: nil)
            }
        }
    }
}

private final class RawBytes: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Heard

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireChannelRead(wrapInboundOut(.bytes(Array(unwrapInboundIn(data).readableBytesView))))
    }
}
