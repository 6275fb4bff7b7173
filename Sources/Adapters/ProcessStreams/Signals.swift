import Dispatch
import Glibc

/// Signals as cancellation: the first one cancels the work and lets it clean up, a second one ends the program.
package enum Signals {
    /// INT is the person's, TERM and HUP the system's, QUIT what Dokku's `builds:cancel` sends.
    private static let endings = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Runs `work`; when a signal comes, cancels it.
    /// - Returns: the number of the signal that came, if any, beside what `work` returned or threw.
    package static func cancelling<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async -> (signal: Int32?, result: Result<Value, any Error>) {
        signal(SIGPIPE, SIG_IGN)
        let task = Task { try await work() }
        let received = Received()
        // Whoever started us with a signal ignored, as nohup does, means it.
        let sources = endings.filter { !isIgnored($0) }.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if received.isFirst(number) {
                    task.cancel()
                    // What ends at once needs no words.
                    DispatchQueue.global().asyncAfter(deadline: .now() + 1) {
                        tell("Ending what was begun (once more to leave at once)")
                    }
                } else {
                    tell("Left at once: linkspan ps:retire puts right what is unfinished")
                    _exit(128 + number)
                }
            }
            source.activate()
            return source
        }
        let result = await task.result
        for source in sources { source.cancel() }
        return (received.first, result)
    }

    private static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        sigaction(number, nil, &action)
        return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1
    }

    private static func tell(_ text: String) {
        _ = Array(" !     \(text)\n".utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) }
    }

    private final class Received: @unchecked Sendable {
        private let queue = DispatchQueue(label: "signals")
        private var number: Int32?

        var first: Int32? { queue.sync { number } }

        func isFirst(_ signal: Int32) -> Bool {
            queue.sync {
                defer { number = number ?? signal }
                return number == nil
            }
        }
    }
}
