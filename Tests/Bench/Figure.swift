/// What was measured of one thing, ours beside others', in one run.
struct Figure: Codable, Sendable {
    /// One who did the same.
    struct Runner: Codable, Sendable {
        var name: String
        /// One value a run, in the order of the runs.
        var values: [Double]

        /// The middle one, which a single slow run does not move.
        var median: Double {
            let sorted = values.sorted()
            guard let last = sorted.last else { return 0 }
            let middle = sorted.count / 2
            return sorted.count % 2 == 1
                ? sorted[middle] : (sorted[max(0, middle - 1)] + (sorted.isEmpty ? last : sorted[middle])) / 2
        }
    }

    /// Such as `a deploy that changes nothing`.
    var title: String
    /// Such as `ms`.
    var unit: String
    var ours: Runner
    /// Who is compared with, the floor last where there is one.
    var others: [Runner]

    /// How many times as much as `other` ours takes; `nil` where the other took nothing.
    func ratio(to other: Runner) -> Double? {
        other.median > 0 ? ours.median / other.median : nil
    }
}

/// Several figures of the same runs.
struct Figures: Sendable {
    private var costs: [(name: String, costs: [Program.Cost])] = []

    /// Runs each of `runners` in turn, `count` times, so that a slow minute of the machine hits all of them.
    init(runs count: Int, _ runners: [(name: String, run: () throws -> Program.Cost)]) throws {
        costs = runners.map { ($0.name, []) }
        for _ in 0..<count {
            for (index, runner) in runners.enumerated() { costs[index].costs.append(try runner.run()) }
        }
    }

    /// What `value` says of each run; the first runner is ours.
    func figure(_ title: String, _ unit: String, _ value: (Program.Cost) -> Double) -> Figure {
        let runners = costs.map { Figure.Runner(name: $0.name, values: $0.costs.map(value)) }
        return Figure(title: title, unit: unit, ours: runners[0], others: Array(runners.dropFirst()))
    }

    func milliseconds(_ title: String) -> Figure { figure(title, "ms") { $0.seconds * 1_000 } }
    func peakMemory(_ title: String) -> Figure { figure(title + ", peak memory", "MB", \.peakMemory) }
}
