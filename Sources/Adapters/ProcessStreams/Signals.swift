import CSignals
import Dispatch
import Glibc
import Synchronization

/// Signals as cancellation: the first one cancels the work and lets it clean up, a second one ends the program.
package enum Signals {
    /// INT is the person's, TERM and HUP the system's, QUIT what Dokku's `builds:cancel` sends.
    private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Runs `work`; when a signal comes, cancels it. No signal is lost: one that comes before `work` begins ends the
    /// program as it would any other. Called once in a process.
    /// - Returns: the number of the signal that came, if any, beside what `work` returned or threw.
    package static func cancelling<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async -> (signal: Int32?, result: Result<Value, any Error>) {
        signal(SIGPIPE, SIG_IGN)
        let pipe = csignals_watch(endings, Int32(endings.count))
        let task = Task { try await work() }
        // Without a pipe, signals do what they do to any program.
        guard pipe >= 0 else { return (nil, await task.result) }
        let received = Received()
        let source = DispatchSource.makeReadSource(fileDescriptor: pipe, queue: .global())
        source.setEventHandler {
            var number: UInt8 = 0
            while read(pipe, &number, 1) == 1 { take(Int32(number), received, cancel: task.cancel) }
        }
        source.activate()
        let result = await task.result
        source.cancel()
        return (received.first.withLock { $0 }, result)
    }

    private static func take(_ number: Int32, _ received: Received, cancel: () -> Void) {
        let isFirst = received.first.withLock { first in
            defer { first = first ?? number }
            return first == nil
        }
        guard isFirst else {
            tell("Left at once: linkspan ps:retire puts right what is unfinished")
            _exit(128 + number)
        }
        cancel()
        // What ends at once needs no words.
        DispatchQueue.global().asyncAfter(deadline: .now() + 1) {
            tell("Ending what was begun (once more to leave at once)")
        }
    }

    private static func tell(_ text: String) {
        _ = Array(" !     \(text)\n".utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    private final class Received: Sendable {
        let first = Mutex<Int32?>(nil)
    }
}
