import Glibc
import Synchronization

/// One line on a terminal's standard error that tells how far a run is: `[ 57/272] deploy.second-release-replaces`.
/// Where standard error is no terminal it tells nothing.
public final class ProgressLine: Sendable {
    private let total: Int
    private let count = Mutex(0)
    private let isShown: Bool
    private let write: @Sendable (String) -> Void

    /// Makes a line for `total` cases.
    public convenience init(total: Int) {
        self.init(total: total, isShown: isatty(2) == 1) { text in
            _ = Array(text.utf8).withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
        }
    }

    init(total: Int, isShown: Bool, write: @escaping @Sendable (String) -> Void) {
        self.total = total
        self.isShown = isShown
        self.write = write
    }

    /// Shows that one more case has ended, in the place of the one shown before.
    public func show(_ outcome: Outcome) {
        guard isShown else { return }
        count.withLock { count in
            count += 1
            let width = String(total).count
            let number = String(count)
            let padding = String(repeating: " ", count: max(0, width - number.count))
            // A longer line would wrap, and could not be taken back.
            write("\r\u{1B}[K" + "[\(padding)\(number)/\(total)] \(outcome.id)".prefix(79))
        }
    }

    /// Takes the line away, before something else is written.
    public func clear() {
        if isShown { write("\r\u{1B}[K") }
    }
}
