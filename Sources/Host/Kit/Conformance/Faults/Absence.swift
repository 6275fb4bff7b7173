import Synchronization

/// A while in which a server is not there.
final class Absence: Sendable {
    private let end = Mutex<ContinuousClock.Instant?>(nil)

    /// Begins now, and lasts so many seconds.
    func begin(for seconds: Double) { end.withLock { $0 = ContinuousClock().now + .seconds(seconds) } }

    var isOn: Bool { end.withLock { end in end.map { ContinuousClock().now < $0 } ?? false } }
}
