import APIClient

/// The objects of a kind that carry certain labels, and every change to them, for as long as the reader wants.
///
/// A watch that the server ends, or a connection that breaks, is taken up where it was; where the server has forgotten
/// that place (410), it begins anew. A server that ends every watch without a word is asked less and less often.
struct ObjectWatch<Object: Decodable & Sendable & Equatable>: Sendable {
    enum Change: Sendable {
        case present(Object)
        case gone(Object)
    }

    /// The place before all others: a watch from there tells first of all that there is.
    static var start: String { "0" }
    private static var shortestPause: Duration { .milliseconds(100) }
    private static var longestPause: Duration { .seconds(2) }

    let cluster: Cluster
    let kind: ResourceKind
    let selector: String
    /// Where an object's metadata is.
    let metadata: @Sendable (Object) -> Metadata
    let clock: any Clock<Duration>

    /// Hands each change to `receive` until that throws, or the task is cancelled.
    /// - Parameters:
    ///   - start: the resource version after which to begin.
    ///   - patience: how long the server may stay away.
    ///   - anew: what to do when the server has forgotten where we were, and the version to go on from then.
    /// - Throws: what `receive` and `anew` throw; ``APIFailure`` when the server refuses, or stays away too long.
    func follow(
        from start: String, patience: Duration, anew: @Sendable () async throws -> String,
        _ receive: @Sendable (Change) async throws -> Void
    ) async throws {
        var version = start
        var awaySince: ContinuousClock.Instant?
        var pause = Self.shortestPause
        while true {
            do {
                let next = try await read(from: version, receive)
                pause = next == version ? min(pause * 2, Self.longestPause) : Self.shortestPause
                version = next
                awaySince = nil
            } catch let expired as Expired {
                if expired.isForgotten { version = try await anew() }
                awaySince = nil
            } catch let failure as APIFailure where failure.isPassing {
                let since = awaySince ?? .now
                awaySince = since
                if since.duration(to: .now) > clock.real(patience) { throw failure }
            }
            try Task.checkCancellation()
            try await clock.sleep(for: pause)
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

extension APIFailure {
    /// Whether asking again will be answered in the same way.
    var isRefusal: Bool { status.map { [400, 401, 403, 404, 405, 422].contains($0) } ?? false }
}
