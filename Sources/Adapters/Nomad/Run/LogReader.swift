import APIClient
import AdapterKit

/// A task whose log is read.
struct LogSource: Sendable, Hashable {
    /// The allocation's id.
    var allocation: String
    var task: String
    /// What stands in the brackets of `app[…]:`.
    var title: String
}

/// Copies the logs of tasks to a console, each line with its instance in front (contract 2.13).
///
/// Nomad keeps standard output and error apart and notes no times: the lines of each stream come in their order, and
/// the last lines are counted by stream.
struct LogReader: Sendable {
    let server: NomadServer
    let query: LogQuery
    let console: any Console
    let clock: any Clock<Duration>

    /// How many logs are read at a time where all of each is wanted at once.
    private static let atOnce = 8

    /// The live release's logs; following, those of allocations that come later too.
    func read(_ app: AppName, origin: String) async throws {
        let live = try await LiveAllocations.read(server, app, origin: origin)
        guard query.follow else { return try await copy(live.named.filter { query.includes($0.name) }.map(\.source)) }
        let board = AllocationBoard(server, job: Name.job(app))
        try await board.load()
        try await board.following { try await follow(live, joining: board) }
    }

    /// The logs of `sources`, and of no others; following, until all of them have ended.
    func read(_ sources: [LogSource], of board: AllocationBoard) async throws {
        guard query.follow else { return try await copy(sources) }
        try await board.following {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for (colour, source) in sources.enumerated() {
                    tasks.addTask { try await follow(source, board, count: query.count, colour: colour) }
                }
                for try await _ in tasks {}
            }
        }
    }

    // MARK: once

    private func copy(_ sources: [LogSource]) async throws {
        let logs = try await throttled(sources, atOnce: Self.atOnce) { source in
            do {
                return try await lines(of: source)
            } catch let failure as APIFailure where failure.status != nil && failure.status != 403 {
                await report(failure, of: source)
                return []
            }
        }
        for (colour, lines) in logs.enumerated() {
            try await console.write(shown(lines, sources[colour], colour), to: .output)
        }
    }

    private func lines(of source: LogSource) async throws -> [[UInt8]] {
        var found: [[UInt8]] = []
        for stream in NomadCalls.LogStream.allCases {
            let log = log(source, stream)
            if let count = query.count {
                let tail = try await log.tail(count)
                found += tail.lines + (tail.rest.isEmpty ? [] : [tail.rest])
            } else {
                var splitter = LineSplitter()
                try await log.all { found += splitter.lines(adding: $0) }
                found += splitter.remainder().map { [$0] } ?? []
            }
        }
        return found
    }

    private func log(_ source: LogSource, _ stream: NomadCalls.LogStream) -> TaskLog {
        TaskLog(server: server, allocation: source.allocation, task: source.task, stream: stream, clock: clock)
    }

    // MARK: following

    private func follow(_ live: LiveAllocations, joining board: AllocationBoard) async throws {
        let (newcomers, joins) = AsyncStream<LogSource>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await watch(board, live, joins) }
            let wanted = live.named.filter { query.includes($0.name) }.map(\.source)
            tasks.addTask {
                try await withThrowingTaskGroup(of: Void.self) { followers in
                    var colours: [String: Int] = [:]
                    func start(_ source: LogSource, count: Int?) {
                        let colour = colours[source.title] ?? colours.count
                        colours[source.title] = colour
                        followers.addTask {
                            do {
                                try await follow(source, board, count: count, colour: colour)
                            } catch {
                                // A reader that has left ends the rest: nobody joins any more.
                                joins.finish()
                                throw error
                            }
                        }
                    }
                    for source in wanted { start(source, count: query.count) }
                    for await source in newcomers { start(source, count: nil) }
                    for try await _ in followers {}
                    try Task.checkCancellation()
                }
            }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    /// Lets allocations join that are placed from now on.
    private func watch(
        _ board: AllocationBoard, _ live: LiveAllocations, _ joins: AsyncStream<LogSource>.Continuation
    ) async throws {
        // Those that had ended before we came are nobody's news.
        var known = Set(await board.allocations.filter { !$0.isLive }.map(\.ID) + live.named.map(\.allocation.ID))
        while true {
            let seen = known
            let found = try await board.first { allocations in
                let new = allocations.filter { !seen.contains($0.ID) }
                return new.isEmpty ? nil : new
            }
            known.formUnion(found.map(\.ID))
            for allocation in found.sorted(by: { $0.CreateIndex < $1.CreateIndex }) {
                guard let name = live.job?.instanceName(of: allocation), query.includes(name) else { continue }
                joins.yield(NamedAllocation(name: name, allocation: allocation).source)
            }
        }
    }

    /// One task's lines until its allocation has ended. Its trouble is told and does not end the others.
    private func follow(_ source: LogSource, _ board: AllocationBoard, count: Int?, colour: Int) async throws {
        do {
            try await board.first { source.hasBegun(in: $0) || source.hasEnded(in: $0) ? true : nil }
            try await withThrowingTaskGroup(of: Void.self) { streams in
                for stream in NomadCalls.LogStream.allCases {
                    streams.addTask { try await follow(log(source, stream), source, board, count, colour) }
                }
                // Not waitForAll: that waits for the other stream when one's reader has left.
                for try await _ in streams {}
            }
            await console.report(.detail("\(source.title) has ended (allocation \(source.allocation))"))
        } catch let failure as APIFailure where failure.status != 403 {
            await report(failure, of: source)
        }
    }

    private func follow(_ log: TaskLog, _ source: LogSource, _ board: AllocationBoard, _ count: Int?, _ colour: Int)
        async throws
    {
        var position: LogPosition?
        let splitter = Guarded(LineSplitter())
        if let count {
            do {
                let tail = try await log.tail(count)
                try await console.write(shown(tail.lines, source, colour), to: .output)
                splitter.withLock { _ = $0.lines(adding: tail.rest) }
                position = tail.end
            } catch let failure as APIFailure where failure.isNotStarted {
                // All of it is to come.
            }
        }
        try await log.follow(from: position) {
            _ = try await board.first { source.hasEnded(in: $0) ? true : nil }
        } _: { piece in
            if piece.hasGap {
                await console.report(.warning("\(source.title): Nomad has thrown lines away that were not read yet"))
            }
            let lines = splitter.withLock { $0.lines(adding: piece.bytes) }
            if !lines.isEmpty { try await console.write(shown(lines, source, colour), to: .output) }
        }
        if let rest = splitter.withLock({ $0.remainder() }) {
            try await console.write(shown([rest], source, colour), to: .output)
        }
    }

    // MARK: showing

    private func report(_ failure: APIFailure, of source: LogSource) async {
        let place = "\(source.title) (allocation \(source.allocation))"
        if failure.isNotStarted { return await console.report(.detail("\(place) has not started yet")) }
        let reason =
            failure.status == 404
            ? "Nomad has thrown it away with the allocation, or its node is gone (\(failure))" : "\(failure)"
        await console.report(.warning("\(place) has no log any more: \(reason)"))
    }

    private func shown(_ lines: [[UInt8]], _ source: LogSource, _ colour: Int) -> [UInt8] {
        let codes = [36, 33, 32, 35, 31]
        let code = codes[colour % codes.count]
        return lines.flatMap { line in
            let text = line.last == 13 ? line.dropLast() : line[...]
            guard !query.isRaw else { return text + [10] }
            return Array("\u{1B}[\(code)mapp[\(source.title)]:\u{1B}[0m ".utf8) + text + [10]
        }
    }
}

extension NamedAllocation {
    var source: LogSource {
        LogSource(allocation: allocation.ID, task: allocation.TaskGroup, title: name.description)
    }
}

extension LogSource {
    fileprivate func hasBegun(in allocations: [Allocation]) -> Bool {
        allocations.first { $0.ID == allocation }?.TaskStates?[task]?.hasStarted ?? false
    }

    /// Whether nothing more will be written; one that is gone counts.
    fileprivate func hasEnded(in allocations: [Allocation]) -> Bool {
        allocations.first { $0.ID == allocation }?.hasEnded ?? true
    }
}
