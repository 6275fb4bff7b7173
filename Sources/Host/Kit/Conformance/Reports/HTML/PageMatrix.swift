/// Chapters by subjects.
enum PageMatrix {
    static func markup(_ report: Report) -> Markup {
        let subjects = report.subjects
        guard !subjects.isEmpty else { return "" }
        return """
            <section>
            <h2>Chapters</h2>
            <div class="scroll"><table class="matrix">
            <thead><tr><th scope="col">Chapter</th>\
            \(subjects.markup { "<th scope=\"col\">\($0.name)<small>\($0.form.rawValue)</small></th>" })</tr></thead>
            <tbody>
            \(report.chapters.markup { row($0, subjects) })</tbody>
            <tfoot><tr><th scope="row">All</th>\
            \(subjects.markup { "<td>\(cell($0.counts))</td>" })</tr></tfoot>
            </table></div>
            </section>
            """
    }

    private static func row(_ chapter: String, _ subjects: [CheckedSubject]) -> Markup {
        """
        <tr><th scope="row">\(chapter)</th>\
        \(subjects.markup { "<td>\(cell(Counts($0.outcomes(in: chapter))))</td>" })</tr>

        """
    }

    /// The worst number first, with its mark; the others small.
    private static func cell(_ counts: Counts) -> Markup {
        let parts: [(count: Int, word: String, tone: Tone)] = [
            (counts.wrong, "failed", .bad), (counts.passed, "passed", .good), (counts.declined, "declined", .gap),
            (counts.skipped, "skipped", .idle),
        ].filter { $0.count > 0 }
        guard let first = parts.first else { return "<span class=\"soft\">not run</span>" }
        let rest = parts.dropFirst().map { "\($0.count) \($0.word)" }.joined(separator: ", ")
        let word = first.tone == .good ? "" : first.word
        let note = [word, rest].filter { !$0.isEmpty }.joined(separator: ", ")
        return "<b class=\"\(first.tone.rawValue)\">\(first.tone.sign) \(first.count)</b> <small>\(note)</small>"
    }
}
