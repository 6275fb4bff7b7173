/// What the answers came from: a recording is worth more than what somebody wrote down from a description.
enum PageAnswers {
    static func markup(_ report: Report) -> Markup {
        let sources = Outcome.Source.reported.filter { report.counts(from: $0).total > 0 }
        guard !sources.isEmpty else { return "" }
        return """
            <section>
            <h2>Where the answers came from</h2>
            <p>Each case counts once, under what answered it.</p>
            <div class="scroll"><table>
            <thead><tr><th scope="col">Answered by</th><th scope="col">Cases</th><th scope="col">Outcome</th></tr></thead>
            <tbody>
            \(sources.markup { row($0, report.counts(from: $0)) })</tbody>
            </table></div>
            </section>
            """
    }

    private static func row(_ source: Outcome.Source, _ counts: Counts) -> Markup {
        """
        <tr><th scope="row">\(source.words.capitalizedFirst)</th><td>\(counts.total)</td><td>\(counts.words)</td></tr>

        """
    }
}
