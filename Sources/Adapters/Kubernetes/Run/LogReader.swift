import APIClient
import AdapterKit

/// Copies the logs of pods to a console, each line with its time and instance in front (contract 2.13).
struct LogReader: Sendable {
    let cluster: Cluster
    let query: LogQuery
    let console: any Console
    let clock: any Clock<Duration>

    /// How many logs are read at a time where all of each is wanted at once.
    private static let atOnce = 8

    /// The live release's logs; following, those of pods that come later too.
    func read(_ app: AppName, origin: String) async throws {
        let board = PodBoard(cluster, selector: Label.selector(app, origin: origin), clock: clock)
        async let recorded = ReleaseRecord.read(cluster, app)
        try await board.load()
        let live = InstanceNames.live(await board.pods, try await recorded)
        guard query.follow else {
            return try await copy(live.filter { query.includes($0.name) }.map(LogSource.init))
        }
        try await board.following { try await follow(live, joining: board) }
    }

    /// The logs of tasks' pods, and of no others.
    func read(_ sources: [LogSource], of board: PodBoard) async throws {
        guard query.follow else { return try await copy(sources) }
        try await board.following { try await follow(sources, board, joining: nil) }
    }

    // MARK: once

    /// All that is there, in the order of time across pods.
    private func copy(_ sources: [LogSource]) async throws {
        let logs = try await throttled(Array(sources.enumerated()), atOnce: Self.atOnce) { index, source in
            do {
                return try await lines(of: source).map { ($0, index) }
            } catch let failure as APIFailure where failure.status != nil {
                await console.report(.warning("\(source.title) has no log: \(failure)"))
                return []
            }
        }
        let all = logs.joined().enumerated().sorted {
            ($0.element.0.time, $0.offset) < ($1.element.0.time, $1.offset)
        }
        for (_, (line, index)) in all { try await console.write(shown([line], sources[index], index), to: .output) }
    }

    private func lines(of source: LogSource) async throws -> [LogLine] {
        var decoder = LogDecoder()
        var found: [LogLine] = []
        let request = KubernetesCalls.log(
            of: source.pod, container: source.container, in: cluster.namespace, tail: query.count, timestamps: true)
        for try await chunk in try await cluster.client.stream(request) { found += decoder.lines(adding: chunk) }
        return (found + decoder.rest()).filter { !$0.time.isEmpty }
    }

    // MARK: following

    private func follow(_ live: [NamedPod], joining board: PodBoard) async throws {
        let (joining, joins) = AsyncStream<LogSource>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await watch(board, live, joins) }
            let wanted = live.filter { query.includes($0.name) }.map(LogSource.init)
            tasks.addTask { try await follow(wanted, board, joining: (joining, joins)) }
            defer { tasks.cancelAll() }
            try await tasks.next()
        }
    }

    /// Lets pods join that are made from now on. A newcomer gets a number that no other pod of its release has here.
    private func watch(_ board: PodBoard, _ live: [NamedPod], _ joins: AsyncStream<LogSource>.Continuation)
        async throws
    {
        var names = Dictionary(live.map { ($0.pod.id, $0.name) }) { $1 }
        var known = Set(await board.pods.map(\.id))
        while true {
            let seen = known
            let pods = try await board.first { pods -> [Pod]? in
                pods.byID.keys.contains { !seen.contains($0) } ? Array(pods.byID.values) : nil
            }
            known.formUnion(pods.map(\.id))
            for pod in pods.sorted(by: Pod.isOlder) where pod.isInstance && !seen.contains(pod.id) {
                guard let type = pod.processType else { continue }
                let others = pods.filter {
                    $0.metadata.deletionTimestamp == nil && $0.processType == type
                        && $0.metadata.labels?[Label.release] == pod.metadata.labels?[Label.release]
                }
                let taken = Set(others.compactMap { names[$0.id]?.index })
                let index = (1...).first { !taken.contains($0) } ?? 1
                let found = NamedPod(name: InstanceName(type, index), pod: pod)
                names[pod.id] = found.name
                if query.includes(found.name) { joins.yield(LogSource(found)) }
            }
        }
    }

    private func follow(
        _ sources: [LogSource], _ board: PodBoard,
        joining: (AsyncStream<LogSource>, joins: AsyncStream<LogSource>.Continuation)?
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            var colours: [String: Int] = [:]
            func start(_ source: LogSource, tail: Int?) {
                let colour = colours[source.title] ?? colours.count
                colours[source.title] = colour
                tasks.addTask {
                    do {
                        try await follow(source, board, tail: tail, colour: colour)
                    } catch {
                        // A reader that has left ends the rest: nobody joins any more.
                        joining?.joins.finish()
                        throw error
                    }
                }
            }
            for source in sources { start(source, tail: query.count) }
            if let (newcomers, _) = joining { for await source in newcomers { start(source, tail: nil) } }
            while try await tasks.next() != nil {}
            try Task.checkCancellation()
        }
    }

    /// One container's lines until its pod is done. Its trouble is told and does not end the others.
    private func follow(_ source: LogSource, _ board: PodBoard, tail: Int?, colour: Int) async throws {
        do {
            try await LogFollower(cluster: cluster, source: source, board: board, clock: clock).follow(tail: tail) {
                try await console.write(shown($0, source, colour), to: .output)
            }
            await console.report(.detail("\(source.title) has ended (pod \(source.pod))"))
        } catch let failure as APIFailure {
            await console.report(.warning("\(source.title): no more log: \(failure)"))
        }
    }

    private func shown(_ lines: [LogLine], _ source: LogSource, _ colour: Int) -> [UInt8] {
        let codes = [36, 33, 32, 35, 31]
        let code = codes[colour % codes.count]
        return lines.flatMap { line in
            guard !query.isRaw else { return line.text + [10] }
            return Array("\u{1B}[\(code)m\(line.time) app[\(source.title)]:\u{1B}[0m ".utf8) + line.text + [10]
        }
    }
}

extension LogSource {
    init(_ found: NamedPod) {
        self.init(
            pod: found.pod.metadata.name, id: found.pod.id, container: found.container,
            title: found.name.description)
    }
}
