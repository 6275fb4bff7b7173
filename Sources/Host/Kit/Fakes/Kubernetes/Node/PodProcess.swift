import JSONDocument
import Traffic

/// What runs in a pod, and what its container has said.
struct PodProcess: Sendable {
    var task: Task<Void, Never>?
    var isRunning = false
    var readySince: Double?
    /// The programs of the container, the newest last.
    var runs: [PodOutput] = []
    /// What those who attach to it say.
    let input = PodInput()
    /// Opened when the pod is to end.
    let end = Gate()
}

/// What one program of a container has written, with its times.
actor PodOutput {
    struct Line: Sendable {
        var time: String
        var bytes: [UInt8]
    }

    private var lines: [Line] = []
    private var open: [UInt8] = []
    private var chunks: [(channel: Workload.Channel, bytes: [UInt8])] = []
    private(set) var isOver = false
    private var readers: [CheckedContinuation<Void, Never>] = []

    /// How many pieces have been written.
    var pieces: Int { chunks.count }

    /// Waits for the pieces behind `start`; `nil` when there will be none.
    func pieces(from start: Int) async -> [(channel: Workload.Channel, bytes: [UInt8])]? {
        while chunks.count <= start {
            if isOver || Task.isCancelled { return nil }
            await news()
        }
        return Array(chunks.dropFirst(start))
    }

    func write(_ bytes: [UInt8], at time: String, _ channel: Workload.Channel = .stdout) {
        chunks.append((channel, bytes))
        for byte in bytes {
            open.append(byte)
            if byte == 10 {
                lines.append(Line(time: time, bytes: open))
                open = []
            }
        }
        wake()
    }

    func finish(at time: String) {
        if !open.isEmpty { lines.append(Line(time: time, bytes: open)) }
        open = []
        isOver = true
        wake()
    }

    private func wake() {
        for reader in readers { reader.resume() }
        readers = []
    }

    /// The lines from `start` on, as they are now.
    func lines(from start: Int) -> [Line] { Array(lines.dropFirst(start)) }

    /// Waits until there are lines behind `start` or there will be none.
    func more(than start: Int) async -> [Line]? {
        while lines.count <= start {
            if isOver || Task.isCancelled { return nil }
            await news()
        }
        return lines(from: start)
    }

    private func news() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { readers.append($0) }
        } onCancel: {
            Task { await self.wake() }
        }
    }
}

/// What is said to a program from outside.
actor PodInput {
    private var waiting: [[UInt8]] = []
    private var hasEnded = false
    private var readers: [CheckedContinuation<Void, Never>] = []
    private(set) var size = (columns: 80, rows: 24)

    func say(_ bytes: [UInt8]) {
        waiting.append(bytes)
        wake()
    }

    func end() {
        hasEnded = true
        wake()
    }

    func resize(_ size: (columns: Int, rows: Int)) { self.size = size }

    /// The next bytes; `nil` at their end, and when the reader is cancelled.
    func next() async -> [UInt8]? {
        while waiting.isEmpty {
            if hasEnded || Task.isCancelled { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { readers.append($0) }
            } onCancel: {
                Task { await self.wake() }
            }
        }
        return waiting.removeFirst()
    }

    private func wake() {
        for reader in readers { reader.resume() }
        readers = []
    }
}
