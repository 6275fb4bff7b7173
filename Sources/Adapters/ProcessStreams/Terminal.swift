import AdapterKit
import Dispatch
import Glibc

/// The console over the process's own streams, in Dokku's line format (contract 1.10).
///
/// On a terminal the progress of each subject has a line of its own at the bottom that changes in place. Elsewhere a
/// progress is a line like any other, written when it differs from the last one.
package final class Terminal: Console {
    private let isQuiet: Bool
    private let isLive: Bool
    private let screen: Screen
    /// Made when something is read: most calls read nothing.
    private let reader = LazyInput()
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
            if !isQuiet { await change { $0.progress(subject, text) } }
        }
    }

    /// A line on standard output.
    package func line(_ text: String) async {
        await change { $0.permanent(text + "\n", channel: .output) }
    }

    /// A headline that `--quiet` takes away.
    package func headline(_ text: String) async { if !isQuiet { await line("=====> " + text) } }

    /// A step that `--quiet` takes away.
    package func step(_ text: String) async { if !isQuiet { await line("-----> " + text) } }

    /// A line on standard error, quiet or not.
    package func showError(_ text: String) async {
        await change { $0.permanent(text + "\n", channel: .error) }
    }

    package func read() async throws -> ConsoleInput { try await reader.input.read() }

    /// Leaves the terminal's last progress where it is.
    package func settle() async { await change { $0.settle() } }

    private func show(_ text: String) async { if !isQuiet { await line(text) } }

    /// Changes what the person sees. All of a change is written at once: reports come from several tasks.
    private func change(_ body: @escaping @Sendable (Screen) -> [(OutputChannel, String)]) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            writers.async { [screen] in
                for (channel, text) in body(screen) { _ = Self.put(Array(text.utf8), on: channel) }
                continuation.resume()
            }
        }
    }

    /// Writing waits for slow readers, so it has a thread of its own.
    package func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {
        let isWritten = await withCheckedContinuation { continuation in
            writers.async { continuation.resume(returning: Self.put(bytes, on: channel)) }
        }
        if !isWritten { throw OutputClosed() }
    }

    /// - Returns: whether somebody reads.
    private static func put(_ bytes: [UInt8], on channel: OutputChannel) -> Bool {
        let file: Int32 = channel == .output ? 1 : 2
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count >= 0 {
                written += count
            } else if errno == EAGAIN {
                var polled = pollfd(fd: file, events: Int16(POLLOUT), revents: 0)
                poll(&polled, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}

/// Nobody reads our output any more.
package struct OutputClosed: Error {}

/// What the person sees, and what must be written to change it. Belongs to the terminal's queue.
private final class Screen: @unchecked Sendable {
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

private final class LazyInput: @unchecked Sendable {
    private let queue = DispatchQueue(label: "lazy input")
    private var made: TerminalInput?

    var input: TerminalInput {
        queue.sync {
            let input = made ?? TerminalInput()
            made = input
            return input
        }
    }
}

/// Counts and shows the requests to a backend, for `--verbose`.
package final class RequestCounter: Sendable {
    private let count = LockedCounter()

    package var total: Int { count.value }

    package func note(_ line: String) {
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
