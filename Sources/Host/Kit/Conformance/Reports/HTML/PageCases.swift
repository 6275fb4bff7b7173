/// Every case by chapter, folded away.
enum PageCases {
    static func markup(_ report: Report) -> Markup {
        let subjects = report.subjects
        guard !report.chapters.isEmpty else { return "" }
        return """
            <section>
            <h2>All cases</h2>
            <div class="legend">
            \(Outcome.Verdict.allCases.filter { $0 != .error }.markup { "<span>\(mark($0.tone, $0.rawValue)) \($0.rawValue)</span>" })
            \(subjects.count > 1 ? order(subjects) : "")
            </div>
            \(report.chapters.markup { chapter($0, subjects) })
            </section>
            """
    }

    private static func order(_ subjects: [CheckedSubject]) -> Markup {
        "<span>from left to right: \(subjects.map(\.title).joined(separator: "; "))</span>"
    }

    private static func chapter(_ chapter: String, _ subjects: [CheckedSubject]) -> Markup {
        let found = subjects.map { subject in
            Dictionary(subject.outcomes(in: chapter).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        }
        var seen: Set<String> = []
        let cases = subjects.flatMap { $0.outcomes(in: chapter) }.filter { seen.insert($0.id).inserted }
        return """
            <details><summary><b>\(chapter)</b>\
            <span class="soft">\(Counts(subjects.flatMap { $0.outcomes(in: chapter) }).words)</span></summary>
            <ul class="cases">
            \(cases.markup { tested in row(tested, subjects, found.map { $0[tested.id] }) })</ul></details>

            """
    }

    private static func row(_ tested: Outcome, _ subjects: [CheckedSubject], _ found: [Outcome?]) -> Markup {
        let marks = zip(subjects, found).map { subject, outcome -> Markup in
            mark(outcome?.verdict.tone ?? .idle, "\(subject.title): \(outcome?.verdict.rawValue ?? "not run")")
        }
        var notes: [String] = []
        for outcome in found.compactMap({ $0 }) where outcome.verdict != .passed {
            let note = "\(outcome.verdict.rawValue): \(outcome.reason.split(separator: "\n").first ?? "")"
            if !notes.contains(note) { notes.append(note) }
        }
        return """
            <li><span class="marks">\(marks)</span><div>
            <p class="name"><code>\(tested.id)</code><small>\(tested.level.rawValue)</small></p>
            <p>\(tested.promise)</p>
            \(notes.markup { "<p class=\"note\">\($0)</p>" })</div></li>

            """
    }

    private static func mark(_ tone: Tone, _ label: String) -> Markup {
        "<span class=\"mark \(tone.rawValue)\" role=\"img\" aria-label=\"\(label)\" title=\"\(label)\">\(tone.sign)</span>"
    }
}
