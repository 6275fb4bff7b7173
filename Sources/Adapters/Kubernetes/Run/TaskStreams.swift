import APIClient
import AdapterKit

/// Joins a task's container to a console until the task ends, without missing anything that it writes.
///
/// A command that waits behind a gate is attached to first and let go then. Where the image is not known well enough
/// for a gate, output comes from the pod's log: nothing is missed there either, but a log is one stream and may hold
/// text only.
struct TaskStreams: Sendable {
    let pod: TaskPod
    let id: String
    let cluster: Cluster
    let console: any Console
    let clock: any Clock<Duration>
    let board: PodBoard

    private var command: RemoteCommand {
        RemoteCommand(
            pod: pod.name, container: pod.container, words: nil, hasInput: true, hasTerminal: pod.hasTerminal)
    }

    func join() async throws {
        if pod.isGated {
            try await attach(opening: [10], echo: pod.hasTerminal ? [13, 10] : [])
        } else if pod.hasTerminal {
            try await attachLate()
        } else {
            try await copyLog()
        }
    }

    // MARK: attached

    /// - Parameters:
    ///   - opening: what lets the command go.
    ///   - echo: what the terminal makes of that.
    private func attach(opening: [UInt8], echo: [UInt8], attempts: Int = 3) async throws {
        let output = TaskOutput(console, dropping: echo)
        do {
            let streams = try await cluster.streams(of: command)
            let joined = JoinedStreams(streams: streams, command: command, console: output, opening: opening)
            if try await joined.run() != nil { return }
        } catch let failure as APIFailure where !failure.isRefusal {
            // The cluster is away; the task is not.
        } catch let refusal as APIFailure {
            // It has ended already, or nobody may attach.
            guard try await within(.seconds(5), { try await board.first { $0.ended(id, pod.container) } }) != nil else {
                throw refusal
            }
        }
        if await output.count == 0, attempts > 1,
            try await within(.seconds(3), { try await board.first { $0.ended(id, pod.container) } }) == nil
        {
            // It may still be waiting to be let go.
            return try await attach(opening: opening, echo: echo, attempts: attempts - 1)
        }
        await console.report(
            .warning("the connection to \(pod.name) was lost; its output goes on from its log, and takes no input"))
        try await PodLogCopy(pod: pod, id: id, cluster: cluster, console: console, clock: clock, board: board)
            .follow(skipping: await output.count)
    }

    /// A terminal that may have been written to before we came.
    private func attachLate() async throws {
        let streams: any RemoteStreams
        do {
            streams = try await cluster.streams(of: command)
        } catch let refusal as APIFailure where refusal.isRefusal {
            return try await copyOutput()
        }
        let log = KubernetesCalls.log(of: pod.name, container: pod.container, in: cluster.namespace)
        let before = try await cluster.client.transport.response(to: log)
        let output = TaskOutput(console, after: before.status == 200 ? before.body : [])
        try await output.showBefore()
        _ = try await JoinedStreams(streams: streams, command: command, console: output).run()
    }

    // MARK: by log

    private func copyOutput() async throws {
        try await PodLogCopy(pod: pod, id: id, cluster: cluster, console: console, clock: clock, board: board)
            .follow(skipping: 0)
    }

    private func copyLog() async throws {
        var input = command
        input.hasOutput = false
        let command = input
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                do {
                    let streams = try await cluster.streams(of: command)
                    _ = try await JoinedStreams(streams: streams, command: command, console: console).run()
                } catch is APIFailure {
                    // It has ended, or reads no more.
                }
            }
            try await copyOutput()
            tasks.cancelAll()
        }
    }
}

/// Copies a pod's log as it is to a console until its container has ended.
struct PodLogCopy: Sendable {
    let pod: TaskPod
    let id: String
    let cluster: Cluster
    let console: any Console
    let clock: any Clock<Duration>
    let board: PodBoard

    /// - Parameter count: how many bytes were shown already.
    func follow(skipping count: Int) async throws {
        var shown = count
        while true {
            try await board.check()
            let hasEnded = try await board.first { pods in .some(pods.ended(id, pod.container) != nil) }
            do {
                var rest = shown
                let log = KubernetesCalls.log(
                    of: pod.name, container: pod.container, in: cluster.namespace, follow: true)
                for try await chunk in try await cluster.client.stream(log) {
                    let new = chunk.dropFirst(rest)
                    rest -= min(rest, chunk.count)
                    guard !new.isEmpty else { continue }
                    try await console.write(Array(new), to: .output)
                    shown += new.count
                }
                if hasEnded { return }
            } catch let failure as APIFailure {
                if hasEnded, failure.isRefusal { return }
            }
            // The end of a log is seen before the end of its container is.
            try await clock.sleep(for: .milliseconds(300))
        }
    }
}

/// A task's console. Knows how much was written, leaves out what the gate made the terminal write, and what was shown
/// of a log before.
actor TaskOutput: Console {
    private let console: any Console
    private var echo: [UInt8]
    private var before: [UInt8]
    /// How many bytes the container has written.
    private(set) var count = 0

    init(_ console: any Console, dropping echo: [UInt8] = [], after before: [UInt8] = []) {
        self.console = console
        self.echo = echo
        self.before = before
    }

    nonisolated var terminal: TerminalSize? { console.terminal }

    nonisolated func report(_ note: Note) async { await console.report(note) }

    nonisolated func read() async throws -> ConsoleInput { try await console.read() }

    func showBefore() async throws { if !before.isEmpty { try await console.write(before, to: .output) } }

    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {
        count += bytes.count
        var rest = bytes[...]
        while let first = echo.first, rest.first == first {
            echo.removeFirst()
            rest.removeFirst()
        }
        if !rest.isEmpty { echo = [] }
        // What the log's end and the stream's beginning have in common was shown.
        let overlap = stride(from: min(before.count, rest.count), to: 0, by: -1).first {
            before.suffix($0).elementsEqual(rest.prefix($0))
        }
        before = []
        rest = rest.dropFirst(overlap ?? 0)
        if !rest.isEmpty { try await console.write(Array(rest), to: channel) }
    }
}
