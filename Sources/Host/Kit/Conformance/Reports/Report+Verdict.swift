/// How outcomes add up.
public struct Counts: Sendable, Equatable, Codable {
    /// Promises kept.
    public var passed = 0
    /// Cases that the adapter declined properly.
    public var declined = 0
    /// Promises broken.
    public var failed = 0
    /// Cases in which the kit itself failed.
    public var error = 0
    /// Cases that somebody left out.
    public var skipped = 0

    /// Counts `outcomes`.
    public init(_ outcomes: some Sequence<Outcome>) {
        for outcome in outcomes {
            switch outcome.verdict {
            case .passed: passed += 1
            case .declined: declined += 1
            case .failed: failed += 1
            case .error: error += 1
            case .skipped: skipped += 1
            }
        }
    }

    /// All of them.
    public var total: Int { passed + declined + failed + error + skipped }
    /// What went as it should: passed and declined.
    public var fine: Int { passed + declined }
    /// What did not: failed and error.
    public var wrong: Int { failed + error }

    /// Such as `17 passed, 2 declined`; kinds of which there are none are left out.
    public var words: String {
        let parts = [
            (passed, "passed"), (declined, "declined"), (failed, "failed"), (error, "broken by the kit"),
            (skipped, "skipped"),
        ].filter { $0.0 > 0 }
        return parts.isEmpty ? "nothing" : parts.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    /// `N passed, N failed, N skipped`, in which passed holds what was declined.
    public var closingLine: String { "\(fine) passed, \(wrong) failed, \(skipped) skipped" }
}

/// What may be said of an adapter. There is no third way to be conformant.
public enum Conformity: String, Sendable, Codable, CaseIterable {
    /// Every case passed, or is about something that its backend cannot have.
    case conformant
    /// The same, but for roles that the adapter does not claim, or cases beyond core that somebody left out.
    case conformantWithGaps = "conformant with declared gaps"
    /// A promise was broken, the kit failed, or a core case was not run.
    case notConformant = "not conformant"
}

extension CheckedSubject {
    /// What may be said of it.
    public var conformity: Conformity {
        guard counts.wrong == 0, missingCore.isEmpty, !outcomes.contains(where: { $0.isSkippedCore }) else {
            return .notConformant
        }
        return outcomes.contains { $0.isDeclaredGap || $0.verdict == .skipped } ? .conformantWithGaps : .conformant
    }

    /// Why it is not simply conformant, one sentence without a full stop; `nil` when it is.
    public var conformityReason: String? {
        let untried = missingCore.count + outcomes.filter(\.isSkippedCore).count
        let wrong = [
            (counts.failed, "1 promise was broken", "promises were broken"),
            (counts.error, "the kit itself failed in 1 case", "times the kit itself failed"),
            (untried, "1 core case was not run", "core cases were not run"),
        ].filter { $0.0 > 0 }.map { $0.0 == 1 ? $0.1 : "\($0.0) \($0.2)" }
        if !wrong.isEmpty { return wrong.joined(separator: ", ") }
        let roles = unclaimed.filter { $0 != ConformanceCase.Need.workloads.rawValue }
        let skipped = counts.skipped
        let gaps =
            (unclaimed.count > roles.count ? ["it runs nothing"] : [])
            + (roles.isEmpty ? [] : ["it does not claim \(roles.joined(separator: ", "))"])
            + (skipped == 0 ? [] : ["\(skipped) \(skipped == 1 ? "case was" : "cases were") left out"])
        return gaps.isEmpty ? nil : gaps.joined(separator: ", ")
    }

    /// What declined cases say is not claimed, each once.
    private var unclaimed: [String] {
        var names: [String] = []
        for outcome in outcomes where outcome.isDeclaredGap {
            for name in outcome.reason.dropFirst(Outcome.gapPrefix.count).split(separator: ",") {
                let name = String(name).trimmed
                guard ConformanceCase.Need(rawValue: name)?.isMissed != false else { continue }
                if !names.contains(name) { names.append(name) }
            }
        }
        return names
    }

    /// All outcomes, counted.
    public var counts: Counts { Counts(outcomes) }

    /// The chapters, in the order of the suite.
    public var chapters: [String] { outcomes.chapters }

    /// What became of the cases of one chapter.
    public func outcomes(in chapter: String) -> [Outcome] { outcomes.filter { $0.chapter == chapter } }

    /// How the cases went that answers of this kind were given to. Nothing is counted under two kinds.
    public func counts(from source: Outcome.Source) -> Counts { Counts(outcomes.filter { $0.source == source }) }

    /// The highest level that was checked.
    public var level: ConformanceCase.Level { outcomes.map(\.level).max() ?? .core }
}

extension Report {
    /// All outcomes of all subjects, counted.
    public var counts: Counts { Counts(subjects.flatMap(\.outcomes)) }

    /// The chapters of all subjects, in the order of the suite.
    public var chapters: [String] { subjects.flatMap(\.outcomes).chapters }

    /// How the cases went that answers of this kind were given to.
    public func counts(from source: Outcome.Source) -> Counts {
        Counts(subjects.flatMap(\.outcomes).filter { $0.source == source })
    }
}

extension Outcome {
    /// How the runner begins the reason of a case that is about an unclaimed role.
    static let gapPrefix = "not claimed: "

    /// The part of the id in front of the first point.
    public var chapter: String { String(id.prefix { $0 != "." }) }

    /// Whether it was declined because the adapter does not claim a role.
    public var isDeclaredGap: Bool { verdict == .declined && reason.hasPrefix(Self.gapPrefix) }

    fileprivate var isSkippedCore: Bool { verdict == .skipped && level == .core }
}

extension [Outcome] {
    fileprivate var chapters: [String] {
        var seen: Set<String> = []
        return map(\.chapter).filter { seen.insert($0).inserted }
    }
}
