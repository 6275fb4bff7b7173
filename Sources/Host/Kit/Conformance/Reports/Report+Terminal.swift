extension CheckedSubject {
    /// What a person sees once a subject is through: a line a chapter, what went wrong, the verdict.
    public var summary: String {
        let width = chapters.map(\.count).max() ?? 0
        var lines = ["=====> \(title)" + (servers.isEmpty ? "" : ", against " + against)]
        for chapter in chapters {
            let counts = Counts(outcomes(in: chapter))
            let mark = counts.wrong > 0 ? " !     " : "       "
            lines.append(mark + chapter + String(repeating: " ", count: width - chapter.count + 2) + counts.words)
        }
        for outcome in outcomes where !outcome.isFine {
            lines.append(" !     \(outcome.id): \(outcome.promise)")
            lines += outcome.reason.split(separator: "\n").map { "           " + $0 }
        }
        lines.append("       \(conformity.rawValue)" + (conformityReason.map { ": " + $0 } ?? ""))
        return lines.joined(separator: "\n")
    }

    private var against: String { servers.map(\.description).joined(separator: "; ") }
}

extension Report {
    /// The last lines of a run. The very last is `N passed, N failed, N skipped`; one before it says how many of those
    /// that passed were declined, and why.
    public var closing: String {
        var reasons: [(String, Int)] = []
        for outcome in subjects.flatMap(\.outcomes) where outcome.verdict == .declined {
            if let known = reasons.firstIndex(where: { $0.0 == outcome.reason }) {
                reasons[known].1 += 1
            } else {
                reasons.append((outcome.reason, 1))
            }
        }
        guard counts.declined > 0 else { return counts.closingLine }
        let told = reasons.sorted { $0.1 > $1.1 }.map { "\($0.1) \($0.0)" }.joined(separator: "; ")
        return "\(counts.declined) declined, which counts as passed: \(told)\n\(counts.closingLine)"
    }
}
