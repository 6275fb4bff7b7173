import AdapterKit
import Dispatch
import Glibc

/// The person's side of a session: keys, piped bytes, window sizes. Reads nothing before it is asked.
final class TerminalInput: @unchecked Sendable {
    private let reads = DispatchQueue(label: "input")
    private let wake: Wake
    /// Dispatch's sources may be used from any thread; the type does not say so on Linux.
    private let resizes: any DispatchSourceSignal

    /// A pipe that ends a waiting read: `r` for a resized window, `c` for cancellation.
    private struct Wake: Sendable {
        let down: Int32
        let up: Int32

        init() {
            var ends: [Int32] = [-1, -1]
            _ = pipe(&ends)
            for end in ends where end >= 0 {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            down = ends[0]
            up = ends[1]
        }

        func post(_ letter: Character) {
            var byte = letter.asciiValue ?? 0
            _ = Glibc.write(up, &byte, 1)
        }
    }

    init() {
        let wake = Wake()
        self.wake = wake
        resizes = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: .global())
        resizes.setEventHandler { wake.post("r") }
        resizes.activate()
    }

    deinit {
        resizes.cancel()
        close(wake.down)
        close(wake.up)
    }

    static var size: TerminalSize? {
        guard isatty(0) == 1 else { return nil }
        var window = winsize()
        guard ioctl(0, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0 else { return nil }
        return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
    }

    func read() async throws -> ConsoleInput {
        let input: ConsoleInput? = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                reads.async { [wake] in continuation.resume(returning: Self.next(wake)) }
            }
        } onCancel: {
            wake.post("c")
        }
        guard let input else { throw CancellationError() }
        return input
    }

    /// Waits for input; `nil` when cancelled.
    private static func next(_ wake: Wake) -> ConsoleInput? {
        while true {
            var polled = [
                pollfd(fd: 0, events: Int16(POLLIN), revents: 0),
                pollfd(fd: wake.down, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, -1) >= 0 || errno == EINTR else { return .end }
            if polled[1].revents & Int16(POLLIN) != 0 {
                var letters = [UInt8](repeating: 0, count: 64)
                let count = max(0, Glibc.read(wake.down, &letters, letters.count))
                if letters[..<count].contains(UInt8(ascii: "c")) { return nil }
                if count > 0, let size { return .resized(size) }
            }
            guard polled[0].revents != 0 else { continue }
            var buffer = [UInt8](repeating: 0, count: 65_536)
            let count = Glibc.read(0, &buffer, buffer.count)
            if count > 0 { return .bytes(Array(buffer[..<count])) }
            if count == 0 || (errno != EINTR && errno != EAGAIN) { return .end }
        }
    }
}

/// The terminal in raw mode, so that every key goes to the workload; restored when let go of.
package final class RawTerminal: Sendable {
    private let before: termios

    /// `nil` when standard input is no terminal.
    package init?() {
        var settings = termios()
        guard isatty(0) == 1, tcgetattr(0, &settings) == 0 else { return nil }
        before = settings
        cfmakeraw(&settings)
        tcsetattr(0, TCSANOW, &settings)
    }

    package func restore() {
        var settings = before
        tcsetattr(0, TCSANOW, &settings)
    }

    deinit { restore() }
}
