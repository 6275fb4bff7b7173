import APIClient
import AdapterKit

/// A pod's container whose log is read.
struct LogSource: Sendable, Equatable {
    var pod: String
    var id: String
    var container: String
    /// What stands in the brackets of `app[…]:`.
    var title: String
}

/// Reads one container's log on and on: through broken connections and restarts, until its pod is gone or done.
struct LogFollower: Sendable {
    let cluster: Cluster
    let source: LogSource
    let board: PodBoard
    let clock: any Clock<Duration>

    private static let longestPause = Duration.seconds(5)

    /// - Parameters:
    ///   - tail: how many of the lines that are there already.
    ///   - write: takes lines as they come, many at once.
    /// - Throws: what `write` throws, `CancellationError`, and a server's refusal as ``APIFailure``.
    func follow(tail: Int?, _ write: @Sendable ([LogLine]) async throws -> Void) async throws {
        var shown = ShownLines()
        var tail = tail
        var pause = Duration.milliseconds(200)
        var restarts: Int?
        while true {
            try await board.check()
            let last = restarts
            let life = try await board.first { pods in source.life(in: pods, after: last) }
            if let before = last, life.restarts != before {
                // What the life before wrote after the connection to it broke.
                try await read(true, &shown, tail: nil, write)
            }
            guard life.hasLog else { return }
            do {
                try await read(false, follow: true, &shown, tail: tail, write)
                pause = .milliseconds(200)
            } catch let failure as APIFailure where !failure.isRefusal || failure.isNotStarted {
                // Broken, or not quite there yet: once more.
            }
            if shown.resumption != nil { tail = nil }
            restarts = life.restarts
            if life.isOver { return }
            // The end of a log is seen before the end of its container is.
            try await clock.sleep(for: pause)
            pause = min(pause * 2, Self.longestPause)
        }
    }

    private func read(
        _ isPrevious: Bool, follow: Bool = false, _ shown: inout ShownLines, tail: Int?,
        _ write: @Sendable ([LogLine]) async throws -> Void
    ) async throws {
        let request = KubernetesCalls.log(
            of: source.pod, container: source.container, in: cluster.namespace, tail: tail, since: shown.resumption,
            follow: follow, timestamps: true, isPrevious: isPrevious)
        var repeats = shown.repeats()
        var decoder = LogDecoder()
        func pass(_ lines: [LogLine]) async throws {
            // Every line has a time; what has none is the server's word on why there are no lines.
            let new = lines.filter { !$0.time.isEmpty && !repeats.contain($0) }
            if !new.isEmpty { try await write(new) }
            for line in new { shown.add(line) }
        }
        do {
            for try await chunk in try await cluster.client.stream(request) {
                try await pass(decoder.lines(adding: chunk))
            }
        } catch let failure as APIFailure where isPrevious && failure.isRefusal {
            // It is not kept: nothing to make up for.
            return
        }
        try await pass(decoder.rest())
    }
}

/// One run of a container in a pod.
private struct Life: Sendable {
    var restarts: Int
    /// Whether the container has begun to run.
    var hasLog: Bool
    /// Whether it has ended and will not be started again.
    var isOver: Bool
}

extension LogSource {
    /// The container's life to read; `nil` to wait for one.
    /// - Parameter last: the restart count of the life that was read to its end.
    fileprivate func life(in pods: PodBoard.Pods, after last: Int?) -> Life? {
        guard let pod = pods.byID[id] else { return Life(restarts: last ?? 0, hasLog: false, isOver: true) }
        let status = pod.status.containerStatuses?.first { $0.name == container }
        let isDone = pod.status.phase == "Succeeded" || pod.status.phase == "Failed"
        let isLeaving = pod.metadata.deletionTimestamp != nil
        guard let status, status.state?.running != nil || status.state?.terminated != nil else {
            // A waiting container has nothing to say but what its last life has said.
            let hasEnded = isDone || (isLeaving && (status?.restartCount ?? 0) == (last ?? -1))
            return hasEnded ? Life(restarts: status?.restartCount ?? 0, hasLog: false, isOver: true) : nil
        }
        let isOver = status.state?.terminated != nil && (isDone || isLeaving)
        if last == status.restartCount, status.state?.terminated != nil, !isOver { return nil }
        return Life(restarts: status.restartCount, hasLog: true, isOver: isOver)
    }
}

extension APIFailure {
    /// Whether a log is asked for that there will be in a moment.
    fileprivate var isNotStarted: Bool {
        guard case .status(let status) = self else { return false }
        return status.status == 400 || status.status == 404
    }
}
