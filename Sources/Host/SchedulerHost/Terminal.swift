import AdapterKit
import Dispatch
import DokkuIO
import Glibc

/// The console over the process's own streams, in Dokku's line format (contract 1.10).
///
/// On a terminal the progress of each subject has a line of its own at the bottom that changes in place. Elsewhere a
/// progress is a line like any other, written when it differs from the last one.
package final class Terminal: Console {
    private let isQuiet: Bool
    private let isLive: Bool
    private let screen: Screen
    private let reader = TerminalInput()
    private let writers = DispatchQueue(label: "terminal")
    package let requests = RequestCounter()

    package init(isQuiet: Bool, showsTerminal: Bool) {
        self.isQuiet = isQuiet
        isLive = showsTerminal && isatty(1) == 1 && isatty(2) == 1
        screen = Screen(isLive: isLive)
    }

    package var terminal: TerminalSize? { TerminalInput.size }

    package func report(_ note: Note) async {
        switch note {
        case .step(let text): await show("-----> " + text)
        case .headline(let text): await show("=====> " + text)
        case .detail(let text): await show("       " + text)
        case .warning(let text): await showError(" !     " + text)
        case .progress(let subject, let text):
            if !isQuiet { await put(await screen.progress(subject, text)) }
        }
    }

    /// A line on standard output.
    package func line(_ text: String) async { await put(await screen.permanent(text + "\n", channel: .output)) }

    /// A headline that `--quiet` takes away.
    package func headline(_ text: String) async { if !isQuiet { await line("=====> " + text) } }

    /// A step that `--quiet` takes away.
    package func step(_ text: String) async { if !isQuiet { await line("-----> " + text) } }

    /// A line on standard error, quiet or not.
    package func showError(_ text: String) async { await put(await screen.permanent(text + "\n", channel: .error)) }

    package func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {
        try await send(bytes, to: channel == .output ? 1 : 2)
    }

    package func read() async throws -> ConsoleInput { try await reader.read() }

    /// Leaves the terminal's last progress where it is.
    package func settle() async { await put(await screen.settle()) }

    private func show(_ text: String) async { if !isQuiet { await line(text) } }

    private func put(_ output: [(OutputChannel, String)]) async {
        for (channel, text) in output { try? await send(Array(text.utf8), to: channel == .output ? 1 : 2) }
    }

    /// Writing waits for slow readers, so it has a thread of its own.
    private func send(_ bytes: [UInt8], to file: Int32) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            writers.async {
                var written = 0
                while written < bytes.count {
                    let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
                    if count < 0 {
                        if errno == EINTR { continue }
                        if errno == EAGAIN {
                            var polled = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                            poll(&polled, 1, -1)
                            continue
                        }
                        return continuation.resume(throwing: OutputClosed())
                    }
                    written += count
                }
                continuation.resume()
            }
        }
    }
}

/// Nobody reads our output any more.
package struct OutputClosed: Error {}

/// What the person sees, and what must be written to change it.
private actor Screen {
    private let isLive: Bool
    private var progress: [(subject: String, text: String)] = []
    private var shownLines = 0

    init(isLive: Bool) {
        self.isLive = isLive
    }

    func progress(_ subject: String, _ text: String) -> [(OutputChannel, String)] {
        let known = progress.firstIndex { $0.subject == subject }
        if let known, progress[known].text == text { return [] }
        if let known { progress[known].text = text } else { progress.append((subject, text)) }
        guard isLive else { return [(.output, "       \(subject): \(text)\n")] }
        return [(.output, erased() + drawn())]
    }

    func permanent(_ text: String, channel: OutputChannel) -> [(OutputChannel, String)] {
        guard isLive, shownLines > 0 else { return [(channel, text)] }
        return [(.output, erased()), (channel, text), (.output, drawn())]
    }

    func settle() -> [(OutputChannel, String)] {
        progress = []
        shownLines = 0
        return []
    }

    private func erased() -> String { shownLines == 0 ? "" : "\u{1B}[\(shownLines)A\u{1B}[J" }

    private func drawn() -> String {
        shownLines = progress.count
        return progress.map { "       \($0.subject): \($0.text)\n" }.joined()
    }
}

/// Counts and shows the requests to a backend, for `--verbose`.
package final class RequestCounter: Sendable {
    private let count = LockedCounter()

    package var total: Int { count.value }

    func note(_ line: String) {
        count.add()
        let text = " ?     " + line + "\n"
        _ = Array(text.utf8).withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

private final class LockedCounter: @unchecked Sendable {
    private let queue = DispatchQueue(label: "counter")
    private var number = 0

    var value: Int { queue.sync { number } }
    func add() { queue.sync { number += 1 } }
}
