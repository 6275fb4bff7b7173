import CCurl
import Glibc

/// A connection that left HTTP behind: bytes in both directions, for one reader and any number of writers: what one
/// call writes stays together.
///
/// Docker's attach and exec ask for it ("hijacking"). A thread of its own owns libcurl's handle, which belongs to
/// one thread at a time.
package final class UpgradedConnection: Sendable {
    private let shared: Guarded<Shared>

    struct Shared {
        /// Written by the connection's thread, taken by the reader.
        var received: [UInt8] = []
        var receiveEnd: Result<Void, APIFailure>?
        var reader: CheckedContinuation<Void, Never>?
        /// Written by the writer, taken by the connection's thread.
        var outgoing: [UInt8] = []
        var isWriteClosed = false
        var isClosed = false
        var writers: [CheckedContinuation<Void, Never>] = []
        var head: ResponseHead?
        var opened: Result<Void, APIFailure>?
        var opener: CheckedContinuation<Void, Never>?
        /// The thread polls the reading end; a byte into the writing end wakes it.
        var wakeUp: Int32 = -1

        mutating func wakeThread() {
            guard wakeUp >= 0 else { return }
            var byte: UInt8 = 1
            _ = Glibc.write(wakeUp, &byte, 1)
        }

        /// Those that are to go on when the lock is free again.
        var woken: [CheckedContinuation<Void, Never>] = []

        mutating func wakeWriters() {
            woken += writers
            writers = []
        }

        mutating func wakeReader() {
            woken += [reader].compactMap { $0 }
            reader = nil
        }

        mutating func wakeOpener() {
            woken += [opener].compactMap { $0 }
            opener = nil
        }
    }

    /// Bytes that may wait on either side before the other is held up.
    static let highWater = 256 * 1024

    private init(_ shared: Guarded<Shared>) {
        self.shared = shared
    }

    deinit {
        Self.close(shared)
    }

    static func open(_ request: APIRequest, to endpoint: APIEndpoint) async throws -> UpgradedConnection {
        let handle = try CurlHandle(request, to: endpoint, connectOnly: true)
        let shared = Guarded(Shared())
        startThread { Owner(handle: handle, request: request, endpoint: endpoint, shared: shared).run() }
        let connection = UpgradedConnection(shared)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                shared.change { shared in
                    shared.opener = continuation
                    if shared.opened != nil { shared.wakeOpener() }
                }
            }
        } onCancel: {
            close(shared)
            shared.change { $0.wakeOpener() }
        }
        try Task.checkCancellation()
        try shared.withLock { shared in try shared.opened?.get() }
        return connection
    }

    /// What the server answered when it left HTTP.
    package var head: ResponseHead { shared.withLock { $0.head } ?? ResponseHead(status: 0, headers: []) }

    /// The bytes that have arrived; `nil` when the other side has ended its stream.
    package func read() async throws -> [UInt8]? {
        while true {
            let found: [UInt8]?? = try shared.withLock { shared in
                if !shared.received.isEmpty {
                    let bytes = shared.received
                    shared.received = []
                    if bytes.count >= Self.highWater { shared.wakeThread() }
                    return .some(bytes)
                }
                guard let end = shared.receiveEnd else { return nil }
                try end.get()
                return .some(nil)
            }
            if let found { return found }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    shared.change { shared in
                        shared.reader = continuation
                        if !shared.received.isEmpty || shared.receiveEnd != nil { shared.wakeReader() }
                    }
                }
            } onCancel: {
                Self.close(shared)
            }
            try Task.checkCancellation()
        }
    }

    /// Hands `bytes` to the connection without waiting for room: for the few bytes that a reader must answer with.
    package func post(_ bytes: [UInt8]) throws {
        try shared.withLock { shared in
            if shared.isClosed || shared.isWriteClosed {
                throw APIFailure.interrupted(call: "the session", reason: "it has ended")
            }
            shared.outgoing += bytes
            shared.wakeThread()
        }
    }

    /// Hands `bytes` to the connection; returns when there is room for more.
    package func write(_ bytes: [UInt8]) async throws {
        try post(bytes)
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                shared.change { shared in
                    shared.writers.append(continuation)
                    if shared.outgoing.count < Self.highWater || shared.isClosed { shared.wakeWriters() }
                }
            }
        } onCancel: {
            Self.close(shared)
        }
    }

    /// Ends the writing direction after what has been written; reading goes on. Unix sockets and TCP only.
    package func closeWrite() {
        shared.withLock { shared in
            shared.isWriteClosed = true
            shared.wakeThread()
        }
    }

    package func close() { Self.close(shared) }

    private static func close(_ shared: Guarded<Shared>) {
        shared.withLock { shared in
            shared.isClosed = true
            shared.wakeThread()
        }
    }
}

extension Guarded where Value == UpgradedConnection.Shared {
    /// Changes what is shared, and then lets go on whom the change has woken.
    func change<Result>(_ body: (inout UpgradedConnection.Shared) throws -> Result) rethrows -> Result {
        var woken: [CheckedContinuation<Void, Never>] = []
        defer { for continuation in woken { continuation.resume() } }
        return try withLock { shared in
            defer {
                woken = shared.woken
                shared.woken = []
            }
            return try body(&shared)
        }
    }
}
