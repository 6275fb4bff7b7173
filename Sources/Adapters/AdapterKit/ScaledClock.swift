/// A clock whose waits take a fraction of their time.
public struct ScaledClock: Clock {
    /// As the machine tells it.
    public typealias Instant = ContinuousClock.Instant

    /// How many times faster than real time waits pass.
    public let speed: Double
    private let clock = ContinuousClock()

    /// Makes a clock; a speed below 1 becomes 1.
    public init(speed: Double) { self.speed = max(1, speed) }

    /// The machine's time: only waits are scaled.
    public var now: Instant { clock.now }
    /// The machine's.
    public var minimumResolution: Duration { clock.minimumResolution }

    /// Waits for what is left until `deadline`, divided by ``speed``.
    public func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        let left = clock.now.duration(to: deadline)
        try await clock.sleep(until: clock.now + left / speed, tolerance: tolerance)
    }
}

extension Clock where Duration == Swift.Duration {
    /// How much of real time `time` is: waits on another's account pass as fast as one's own.
    package func real(_ time: Duration) -> Duration { time / ((self as? ScaledClock)?.speed ?? 1) }
}
