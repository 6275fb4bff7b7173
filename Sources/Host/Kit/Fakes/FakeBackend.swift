import JSONDocument
import Traffic

/// A small state machine that answers a backend's API by behaviour: for adapters whose requests no recording fits.
///
/// A fake is kept honest by recordings: `FakesTests` play every recorded request against it and compare the shapes
/// of the answers.
package protocol FakeBackend: Answering {
    /// Everything that a scheduler has left there, as an observer with all rights sees it.
    func objects() async -> [FakeObject]
    /// Ends what runs in it, which goes on otherwise for as long as the process does.
    func stop() async
}

extension FakeBackend {
    /// Where nothing runs, nothing has to end.
    package func stop() async {}
}

/// An object at the backend, in terms that all backends share.
package struct FakeObject: Sendable, Equatable {
    /// The backend's word: `container`, `pod`, `deployment`, `secret`, `job`, `allocation` …
    package var kind: String
    /// The backend's id, or the name where that is what tells objects apart.
    package var id: String
    package var name: String
    /// Labels or meta.
    package var labels: [String: String]
    /// Whether a workload runs in it now; `nil` for what runs nothing itself.
    package var isRunning: Bool?
    /// What its process was told to be.
    package var environment: [String: String]
    /// Whether what it starts at set times is held back; `nil` for what starts nothing by the clock.
    package var isHeld: Bool?

    package init(
        kind: String, id: String, name: String, labels: [String: String] = [:], isRunning: Bool? = nil,
        environment: [String: String] = [:], isHeld: Bool? = nil
    ) {
        self.kind = kind
        self.id = id
        self.name = name
        self.labels = labels
        self.isRunning = isRunning
        self.environment = environment
        self.isHeld = isHeld
    }

    /// Whether it is the instance that an adapter calls by `id`: where names tell objects apart, an adapter may go by
    /// those.
    package func isCalled(_ id: String) -> Bool { id == self.id || id == name }
}

/// A fake's time: real seconds divided by how much faster it runs.
package struct FakeClock: Sendable {
    /// 1 for real time.
    package let speed: Double

    package init(speed: Double) {
        self.speed = max(1, speed)
    }

    /// Waits for `seconds` of the fake's time; ends early when the task is cancelled.
    package func pause(_ seconds: Double) async {
        try? await Task.sleep(for: .seconds(min(seconds / speed, 1_000_000)))
    }
}
