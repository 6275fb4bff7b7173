/// The slowest cases.
enum PageTimes {
    private static let shown = 8

    static func markup(_ report: Report) -> Markup {
        let isSeveral = report.subjects.count > 1
        let all = report.subjects.flatMap { subject in subject.outcomes.map { (subject, $0) } }
        let slowest = all.sorted { $0.1.seconds > $1.1.seconds }.prefix(shown).filter { $0.1.seconds >= 0.005 }
        guard let most = slowest.first?.1.seconds else { return "" }
        let total = all.reduce(0) { $0 + $1.1.seconds }
        return """
            <section>
            <h2>Slowest cases</h2>
            <p>All \(all.count) cases together took \(PageTrouble.seconds(total)), several at a time.</p>
            <ol class="times">
            \(slowest.markup { subject, outcome in
                """
                <li><span><code>\(outcome.id)</code>\(isSeveral ? title(subject) : "")</span>\
                <span class="track" aria-hidden="true">\
                <i style="width:\(max(1, Int(outcome.seconds / most * 100)))%"></i></span>\
                <b>\(PageTrouble.seconds(outcome.seconds))</b></li>

                """
            })</ol>
            </section>
            """
    }

    private static func title(_ subject: CheckedSubject) -> Markup { " <small>\(subject.title)</small>" }
}
