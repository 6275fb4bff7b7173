import APIClient
import AdapterKit
import DockerEngine

/// A container whose log is read.
struct LogSource: Sendable, Equatable {
    var id: String
    /// What stands in the brackets of `app[…]:`.
    var title: String
}

/// Copies the logs of containers to a console, each line with its time and instance in front (contract 2.13).
struct LogReader: Sendable {
    let engine: DockerEngine
    let query: LogQuery
    let console: any Console

    /// The live instances' logs; following, those of instances that are started later too.
    func read(_ app: App) async throws {
        let sources = app.live.sorted { $0.name < $1.name }.filter { query.includes($0.name) }
            .map { LogSource(id: $0.id, title: $0.name.description) }
        guard query.follow else { return try await copy(sources) }
        let filters = ["type": ["container"], "event": ["start"]].merging(EngineFilters.deployed(app.name)) { $1 }
        let starts = try await engine.client.stream(.events(filters))
        try await follow(sources, starts: JSONLines(starts))
    }

    /// The logs of `sources` alone.
    func read(_ sources: [LogSource]) async throws {
        query.follow ? try await follow(sources, starts: nil) : try await copy(sources)
    }

    // MARK: once

    /// All that is there, in the order of time across containers.
    private func copy(_ sources: [LogSource]) async throws {
        let logs = try await throttled(Array(sources.enumerated()), atOnce: 8) { index, source in
            var found: [(LogLine, Int)] = []
            do {
                try await lines(of: source, since: nil, follow: false) { found.append(($0, index)) }
            } catch let failure as APIFailure where failure.status != nil {
                await console.report(.warning("\(source.title) has no log: \(failure)"))
            }
            return found
        }
        let all = logs.joined().enumerated().sorted {
            ($0.element.0.time, $0.offset) < ($1.element.0.time, $1.offset)
        }
        for (_, (line, index)) in all { try await write(line, sources[index], colour: index) }
    }

    // MARK: following

    private func follow(_ sources: [LogSource], starts: JSONLines<EngineEvent>?) async throws {
        let (joining, joins) = AsyncStream<(LogSource, since: String?)>.makeStream()
        for source in sources { joins.yield((source, nil)) }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            if let starts {
                tasks.addTask { try await ending(joins) { try await watch(starts, joins) } }
            } else {
                joins.finish()
            }
            var colours: [String: Int] = [:]
            for await (source, since) in joining {
                let colour = colours[source.title] ?? colours.count
                colours[source.title] = colour
                tasks.addTask { try await ending(joins) { try await follow(source, since: since, colour: colour) } }
            }
            // The first failure, a reader that has left above all, ends the rest.
            while try await tasks.next() != nil {}
        }
    }

    /// Runs `body`; if it fails, nobody joins any more.
    private func ending(
        _ joins: AsyncStream<(LogSource, since: String?)>.Continuation, _ body: () async throws -> Void
    ) async throws {
        do {
            try await body()
        } catch {
            joins.finish()
            throw error
        }
    }

    /// Lets containers join that are started from now on.
    private func watch(
        _ starts: JSONLines<EngineEvent>, _ joins: AsyncStream<(LogSource, since: String?)>.Continuation
    ) async throws {
        for try await event in starts {
            guard let dyno = event.Actor.Attributes?[Label.dyno], let name = InstanceName(dyno), query.includes(name)
            else { continue }
            let since = event.timeNano.map { "\($0 / 1_000_000_000).\(padded($0 % 1_000_000_000))" }
            joins.yield((LogSource(id: event.Actor.ID, title: dyno), since))
        }
        try Task.checkCancellation()
        throw APIFailure.interrupted(call: "GET /events", reason: "the engine ended the stream")
    }

    /// One container's lines until it ends. Its trouble is told and does not end the others.
    private func follow(_ source: LogSource, since: String?, colour: Int) async throws {
        do {
            try await lines(of: source, since: since, follow: true) { line in
                try await write(line, source, colour: colour)
            }
            await console.report(.detail("\(source.title) has ended (container \(source.id.prefix(12)))"))
        } catch let failure as APIFailure {
            await console.report(.warning("\(source.title): no more log: \(failure)"))
        }
    }

    private func lines(
        of source: LogSource, since: String?, follow: Bool, each: (LogLine) async throws -> Void
    ) async throws {
        // Times are always asked for: they tell a terminal's bytes from frames, and partial lines apart.
        let tail = since == nil ? query.count : nil
        let bytes = try await engine.client.stream(
            .logs(source.id, tail: tail, follow: follow, timestamps: true, since: since))
        var decoder = LogDecoder()
        for try await chunk in bytes {
            for line in try decoder.lines(adding: chunk) { try await each(line) }
        }
        for line in decoder.rest() { try await each(line) }
    }

    private func write(_ line: LogLine, _ source: LogSource, colour: Int) async throws {
        guard !query.isRaw else { return try await console.write(line.text + [10], to: line.channel) }
        let codes = [36, 33, 32, 35, 31]
        let head = "\u{1B}[\(codes[colour % codes.count])m\(line.time) app[\(source.title)]:\u{1B}[0m "
        try await console.write(Array(head.utf8) + line.text + [10], to: .output)
    }

    private func padded(_ nanoseconds: Int) -> String {
        let digits = String(nanoseconds)
        return String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    }
}
