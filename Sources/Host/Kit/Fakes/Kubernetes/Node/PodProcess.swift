import JSONDocument
import Traffic

/// What runs in a pod, and what its container has said.
struct PodProcess: Sendable {
    var task: Task<Void, Never>?
    var isRunning = false
    var readySince: Double?
    /// The programs of the container, the newest last.
    var runs: [PodOutput] = []
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
    private(set) var isOver = false
    private var readers: [CheckedContinuation<Void, Never>] = []

    func write(_ bytes: [UInt8], at time: String) {
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
            await withTaskCancellationHandler {
                await withCheckedContinuation { readers.append($0) }
            } onCancel: {
                Task { await self.wake() }
            }
        }
        return lines(from: start)
    }
}
