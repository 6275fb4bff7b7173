/// Each promise that was broken, with all that helps to find out why.
enum PageTrouble {
    static func markup(_ report: Report) -> Markup {
        let cases = report.subjects.flatMap { subject in
            subject.outcomes.filter { $0.verdict == .failed || $0.verdict == .error }.map { (subject, $0) }
        }
        guard !cases.isEmpty else {
            return report.counts.total == 0
                ? "" : "<section><h2>Broken promises</h2><p class=\"fine\">✓ None.</p></section>"
        }
        return """
            <section>
            <h2>Broken promises</h2>
            \(cases.markup(card))
            </section>
            """
    }

    private static func card(_ subject: CheckedSubject, _ outcome: Outcome) -> Markup {
        let requests = outcome.requests.joined(separator: "\n")
        let saw = outcome.output.trimmed
        return """
            <article class="trouble">
            <h3><code>\(outcome.id)</code></h3>
            <p>\(outcome.promise)</p>
            <p class="soft">\(subject.title), level \(outcome.level.rawValue), \(outcome.source.words)\
            \(outcome.verdict == .error ? ". The kit itself failed, not the adapter" : ""), \(seconds(outcome.seconds))</p>
            <h4>What happened</h4><pre class="reason">\(outcome.reason)</pre>
            \(part("Requests the adapter made", requests))
            \(part("What the person saw", saw))
            </article>

            """
    }

    private static func part(_ title: String, _ text: String) -> Markup {
        text.isEmpty ? "" : "<h4>\(title)</h4><pre tabindex=\"0\">\(text)</pre>"
    }

    /// Such as `0.42 s`.
    static func seconds(_ seconds: Double) -> String {
        let hundredths = Int((max(0, seconds) * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) s"
    }
}
