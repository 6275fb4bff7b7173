import AdapterKit

/// How long a rollout may take: as a whole, without anything happening, and for each allocation to become healthy.
struct RolloutBudget: Sendable {
    /// Seconds, each in real time.
    struct Limits: Sendable, Equatable {
        /// For the whole rollout.
        var deploy: Int
        /// In which something must happen.
        var idle: Int
        /// From when an allocation is wanted until it is healthy.
        var start: Int
    }

    private let limits: Limits
    private let clock: any Clock<Duration>
    private let began = ContinuousClock.now
    private var lastMove = ContinuousClock.now
    /// When each allocation was first seen not to be healthy.
    private var seen: [String: ContinuousClock.Instant] = [:]
    /// When each group was first seen to lack allocations.
    private var short: [String: ContinuousClock.Instant] = [:]

    /// When each allocation was first seen to run.
    private var running: [String: ContinuousClock.Instant] = [:]

    init(_ limits: Limits, clock: any Clock<Duration>) {
        self.limits = limits
        self.clock = clock
    }

    /// What news may take on a busy machine, however fast the clock goes.
    private static let slack = Duration.seconds(3)

    /// Something has happened.
    mutating func moved() { lastMove = .now }

    /// Why it is not worth to wait any longer; `nil` while it is.
    mutating func failure(_ state: RolloutState, _ app: AppName) -> RolloutFailure? {
        for group in state.groups where group.count > 0 {
            let troubles = state.troubles(group, app)
            if let first = troubles.first, !first.trouble.isPassing {
                let alike = troubles.filter { $0.trouble.cause == first.trouble.cause }.map(\.allocation)
                return RolloutFailure(group: group, trouble: first.trouble, allocations: alike)
            }
            if let failure = notPlaced(group, state, app) ?? neverHealthy(group, state) ?? slowStart(group, state, app)
            {
                return failure
            }
        }
        return overdue(state, app)
    }

    private mutating func notPlaced(_ group: RolloutState.Group, _ state: RolloutState, _ app: AppName)
        -> RolloutFailure?
    {
        guard state.live(group).count < group.count else {
            short[group.name] = nil
            return nil
        }
        let since = short[group.name] ?? .now
        short[group.name] = since
        guard var trouble = state.placementTrouble(group, app) else { return nil }
        guard trouble.isPassing else { return RolloutFailure(group: group, trouble: trouble, allocations: []) }
        guard since.duration(to: .now) > .seconds(limits.start) else { return nil }
        trouble.text = "\(limits.start) s after it was asked for, \(trouble.text)"
        return RolloutFailure(group: group, trouble: trouble, allocations: [])
    }

    /// An allocation that runs and is not healthy when its checks should have succeeded.
    private mutating func neverHealthy(_ group: RolloutState.Group, _ state: RolloutState) -> RolloutFailure? {
        guard let seconds = group.healthBudget else { return nil }
        for allocation in state.live(group)
        where allocation.ClientStatus == "running" && !state.isServing(allocation) {
            let since = running[allocation.ID] ?? .now
            running[allocation.ID] = since
            guard since.duration(to: .now) > clock.real(.seconds(seconds)) + Self.slack else { continue }
            let trouble = AllocationTrouble(
                cause: .notHealthy, text: "its checks did not succeed within \(seconds) s", isPassing: false,
                hint: "see what it wrote, and what the checks ask for")
            return RolloutFailure(group: group, trouble: trouble, allocations: [allocation])
        }
        return nil
    }

    private mutating func slowStart(_ group: RolloutState.Group, _ state: RolloutState, _ app: AppName)
        -> RolloutFailure?
    {
        for allocation in state.live(group) where !state.isServing(allocation) {
            let since = seen[allocation.ID] ?? .now
            seen[allocation.ID] = since
            guard since.duration(to: .now) > .seconds(limits.start) else { continue }
            var trouble = state.troubles(group, app).first { $0.allocation.ID == allocation.ID }?.trouble ?? .notReady
            trouble.text = "\(limits.start) s after it was made, \(trouble.text)"
            return RolloutFailure(group: group, trouble: trouble, allocations: [allocation])
        }
        return nil
    }

    private func overdue(_ state: RolloutState, _ app: AppName) -> RolloutFailure? {
        let checks: [(Duration, Int, String)] = [
            (began.duration(to: .now), limits.deploy, "the rollout is not done after"),
            (lastMove.duration(to: .now), limits.idle, "nothing has happened for"),
        ]
        guard let over = checks.first(where: { $0.0 > .seconds($0.1) }),
            let group = state.groups.first(where: { state.healthyCount($0) < $0.count }) ?? state.groups.first
        else { return nil }
        let troubles = state.troubles(group, app)
        var trouble = troubles.first?.trouble ?? state.placementTrouble(group, app) ?? .notReady
        trouble.text = "\(over.2) \(over.1) s, and \(trouble.text)"
        return RolloutFailure(group: group, trouble: trouble, allocations: troubles.map(\.allocation))
    }
}

/// How a rollout that did not succeed ended.
struct RolloutFailure: Error, Sendable {
    var group: RolloutState.Group
    var trouble: AllocationTrouble
    /// The allocations that show it, oldest first; none when nothing was placed.
    var allocations: [Allocation]
    /// What Nomad said when it gave the version up by itself.
    var verdict: String?
}

extension AllocationTrouble {
    static let notReady = AllocationTrouble(cause: .notReady, text: "it is not healthy yet", isPassing: false)
}
