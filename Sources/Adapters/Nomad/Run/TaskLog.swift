import APIClient
import AdapterKit

/// One of the two streams of what a task wrote.
struct TaskLog: Sendable {
    let server: NomadServer
    /// The allocation's id.
    let allocation: String
    let task: String
    let stream: NomadCalls.LogStream
    let clock: any Clock<Duration>

    /// Nomad writes a task's last words to the file within this time of telling its end.
    private static let settling = Duration.milliseconds(500)
    private static let longestPause = Duration.seconds(5)
    /// A line is not expected to be longer than this when the last lines are looked for.
    private static let lineLength = 256

    // MARK: once

    /// All that is kept, as it is.
    func all(_ write: ([UInt8]) async throws -> Void) async throws {
        var cursor = LogCursor()
        try await read(&cursor, from: .start(0)) { try await write($0.bytes) }
    }

    /// The last lines of a log.
    struct Tail: Sendable {
        var lines: [[UInt8]]
        /// What stands behind the last newline; it counts as a line.
        var rest: [UInt8]
        /// Where the log ended; `nil` for the beginning.
        var end: LogPosition?
    }

    /// The last `count` lines.
    func tail(_ count: Int) async throws -> Tail {
        var wanted = max(LogCursor.reach, count * Self.lineLength)
        while true {
            var cursor = LogCursor()
            var bytes: [UInt8] = []
            try await read(&cursor, from: .end(wanted)) { bytes += $0.bytes }
            var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
            let rest = lines.popLast() ?? []
            let whole = max(0, rest.isEmpty ? count : count - 1)
            // The first of them may lack its beginning, unless it is the log's first.
            if lines.count > whole || bytes.count < wanted {
                return Tail(lines: lines.suffix(whole), rest: count > 0 ? rest : [], end: cursor.position)
            }
            wanted *= 8
        }
    }

    // MARK: following

    /// Hands on what there is from `position` on and what comes, through broken connections, until `ended` returns and
    /// all is read.
    /// - Parameters:
    ///   - position: what was read already; `nil` for nothing.
    ///   - ended: waits until the task will write no more.
    /// - Throws: what `write` and `ended` throw, `CancellationError`, and a server's refusal as ``APIFailure``.
    func follow(
        from position: LogPosition? = nil, until ended: @escaping @Sendable () async throws -> Void,
        _ write: @escaping @Sendable (LogCursor.Piece) async throws -> Void
    ) async throws {
        let pulling = Interruptible()
        let cursor = try await withThrowingTaskGroup(of: LogCursor?.self) { tasks in
            tasks.addTask { try await follow(from: position, pulling, write) }
            tasks.addTask {
                try await ended()
                pulling.interrupt()
                return nil
            }
            defer { tasks.cancelAll() }
            while let cursor = try await tasks.next() {
                if let cursor { return cursor }
            }
            throw CancellationError()
        }
        try await finish(cursor, write)
    }

    /// Follows until it is interrupted.
    private func follow(
        from position: LogPosition?, _ pulling: Interruptible,
        _ write: @Sendable (LogCursor.Piece) async throws -> Void
    ) async throws -> LogCursor {
        var cursor = LogCursor(at: position)
        var pause = Duration.milliseconds(200)
        while !pulling.isInterrupted {
            let before = cursor.position
            do {
                try await catchUp(&cursor, pulling, write)
            } catch let failure as APIFailure where failure.isPassing {
                // Broken, or not quite there yet: once more.
            }
            if cursor.position != before { pause = .milliseconds(200) }
            try await pulling.wait { [pause] in try await clock.sleep(for: pause) }
            pause = min(pause * 2, Self.longestPause)
        }
        return cursor
    }

    /// What was written between the last piece and the end.
    private func finish(_ cursor: LogCursor, _ write: @Sendable (LogCursor.Piece) async throws -> Void) async throws {
        var cursor = cursor
        do {
            try await catchUp(&cursor, nil, write)
        } catch let failure as APIFailure where failure.isNotStarted {
            // It ended before it began.
            return
        }
        try await clock.sleep(for: Self.settling)
        try await catchUp(&cursor, nil, write)
    }

    /// Reads from where `cursor` is. It begins a little before, further back each time that this was not enough.
    /// - Parameter pulling: `nil` to read what there is and not to follow.
    private func catchUp(
        _ cursor: inout LogCursor, _ pulling: Interruptible?, _ write: (LogCursor.Piece) async throws -> Void
    ) async throws {
        guard cursor.position != nil else {
            return try await read(&cursor, from: .start(0), pulling) { piece in try await write(piece) }
        }
        var reach = LogCursor.reach
        while true {
            let known = cursor
            var isFirst = true
            do {
                try await read(&cursor, from: .end(reach), pulling) { piece in
                    if isFirst, piece.hasGap, reach < 1 << 30 { throw TooShort() }
                    if !piece.bytes.isEmpty { isFirst = false }
                    try await write(piece)
                }
                return
            } catch is TooShort {
                cursor = known
                reach *= 8
            }
        }
    }

    private struct TooShort: Error {}

    private func read(
        _ cursor: inout LogCursor, from start: NomadCalls.LogStart, _ pulling: Interruptible? = nil,
        _ take: (LogCursor.Piece) async throws -> Void
    ) async throws {
        var frames = LogFrames()
        cursor.reconnect()
        let request = NomadCalls.logs(of: allocation, task: task, stream, from: start, follow: pulling != nil)
        let body = try await server.client.stream(request)
        @Sendable func pull() async throws -> [UInt8]? {
            var chunks = body.makeAsyncIterator()
            return try await chunks.next()
        }
        func next() async throws -> [UInt8]? {
            if let pulling { try await pulling.value(of: pull) } else { try await pull() }
        }
        while let chunk = try await next() {
            let new: [LogFrames.Frame]
            do {
                new = try frames.take(chunk)
            } catch {
                throw APIFailure.unexpectedReply(call: request.summary, reason: "it is no log")
            }
            for frame in new {
                let piece = cursor.take(frame)
                if !piece.bytes.isEmpty { try await take(piece) }
            }
        }
    }
}

extension APIFailure {
    /// Whether a log is asked for that there will be in a moment.
    var isNotStarted: Bool {
        if case .status(let status) = self {
            status.status == 404 && status.message.contains("not started")
        } else {
            false
        }
    }

    /// Whether asking again can help.
    fileprivate var isPassing: Bool {
        switch self {
        case .status(let status):
            isNotStarted || status.status >= 500 || status.status == 429 || status.message.contains("No path to node")
        case .interrupted, .timedOut, .unreachable: true
        case .unexpectedReply: false
        }
    }
}
