/// The releases of an app that are still told of, folded from the ledger's lines.
package struct ReleaseHistory: Sendable, Equatable {
    /// By number, ascending.
    package var releases: [Release]
    /// The release that took over last; `nil` when none has since there is a ledger.
    package var live: Int?
    /// The number that the next release gets.
    package var next: Int

    package subscript(number: Int) -> Release? { releases.first { $0.number == number } }

    /// The release that a rollback without a number goes back to: the last one of all of the app that took over before
    /// the live one and differs from it.
    package var previous: Release? {
        guard let live = live.flatMap({ self[$0] }) else { return nil }
        return releases.last { release in
            release.number < live.number && release.outcome == .succeeded && !release.isSame(as: live)
        }
    }

    /// - Parameter isDeploying: whether somebody deploys right now.
    init(_ lines: [LedgerLine], live: Int?, isDeploying: Bool) {
        var begun: [Int: Release.Begun] = [:]
        var ended: [Int: Release.Ended] = [:]
        var next = 1
        for line in lines {
            if case .header(_, let first) = line { next = max(next, first) }
            if case .begun(let fact) = line { begun[fact.number] = fact }
            if case .ended(let fact) = line { ended[fact.number] = fact }
            if let number = line.number { next = max(next, number + 1) }
        }
        self.next = next
        let last = begun.keys.max()
        releases = begun.values.sorted { $0.number < $1.number }.map { fact in
            let end = ended[fact.number]
            let silent: Release.Outcome =
                fact.number == live ? .succeeded : isDeploying && fact.number == last ? .deploying : .interrupted
            return Release(
                begun: fact, ended: end,
                outcome: end.map { Release.Outcome(rawValue: $0.outcome) ?? .unknown } ?? silent)
        }
        self.live = live.flatMap { begun[$0] == nil ? nil : $0 }
    }
}

extension Release {
    /// Whether both deploy the same: image, config, scale, checks.
    package func isSame(as other: Release) -> Bool {
        begun.image?.content == other.begun.image?.content && begun.config == other.begun.config
            && begun.scale == other.begun.scale
            && begun.checks == other.begun.checks
    }
}
