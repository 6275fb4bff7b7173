import APIClient

/// The objects of a kind that carry certain labels, and every change to them, for as long as the reader wants.
///
/// A watch that the server ends, or a connection that breaks, is taken up where it was; where the server has forgotten
/// that place (410), it begins anew.
struct ObjectWatch<Object: Decodable & Sendable & Equatable>: Sendable {
    enum Change: Sendable {
        /// What was known is to be forgotten: all that there is comes again.
        case began
        case present(Object)
        case gone(Object)
    }

    let cluster: Cluster
    let kind: ResourceKind
    let selector: String
    /// Where an object's metadata is.
    let metadata: @Sendable (Object) -> Metadata
    let clock: any Clock<Duration>

    /// Hands each change to `receive` until that throws, or the task is cancelled.
    /// - Throws: what `receive` throws; ``APIFailure`` when the server refuses, or stays away for `patience`.
    func follow(
        patience: Duration = .seconds(60), _ receive: @Sendable (Change) async throws -> Void
    ) async throws {
        var version = "0"
        var awaySince: ContinuousClock.Instant?
        while true {
            if version == "0" { try await receive(.began) }
            do {
                version = try await read(from: version, receive)
                awaySince = nil
            } catch let expired as Expired {
                version = expired.isForgotten ? "0" : version
                awaySince = nil
            } catch let failure as APIFailure where failure.isPassing {
                let since = awaySince ?? .now
                awaySince = since
                if since.duration(to: .now) > patience { throw failure }
            }
            try Task.checkCancellation()
            // A server that ends every watch at once is not to be asked all the time.
            try await clock.sleep(for: .milliseconds(200))
        }
    }

    /// - Returns: the version that the next watch begins after.
    private func read(from start: String, _ receive: (Change) async throws -> Void) async throws -> String {
        var version = start
        let request = KubernetesCalls.watch(kind, in: cluster.namespace, selector: selector, from: start)
        var lines = LineSplitter()
        do {
            for try await bytes in try await cluster.client.stream(request) {
                for line in lines.lines(adding: bytes) where !line.isEmpty {
                    version = try await take(line, version, receive)
                }
            }
        } catch let failure as APIFailure where failure.status == 410 {
            throw Expired(isForgotten: true)
        } catch let failure as APIFailure where failure.isPassing && version != start {
            // What came before the break counts.
            return version
        }
        return version
    }

    private func take(_ line: [UInt8], _ version: String, _ receive: (Change) async throws -> Void) async throws
        -> String
    {
        switch try WatchEvent<Object>(line: line) {
        case .added(let object), .modified(let object):
            try await receive(.present(object))
            return metadata(object).resourceVersion ?? version
        case .deleted(let object):
            try await receive(.gone(object))
            return metadata(object).resourceVersion ?? version
        case .bookmark(let version): return version
        case .error(let status):
            throw Expired(isForgotten: status.code == 410 || status.reason == "Expired")
        }
    }

    /// The server ended the watch by an event.
    private struct Expired: Error { var isForgotten: Bool }
}

extension APIFailure {
    /// Whether it may pass by itself: the server is away or busy, rather than of another mind.
    var isPassing: Bool {
        switch self {
        case .interrupted, .timedOut: true
        case .unreachable(_, let reason): reason == .refused || reason == .missing
        case .status(let failure): failure.status == 429 || failure.status >= 500
        case .unexpectedReply: false
        }
    }
}
