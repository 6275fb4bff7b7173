import FoundationEssentials

/// How to do it again.
enum PageRuns {
    static func markup(_ report: Report) -> Markup {
        """
        <section>
        <h2>How this was run</h2>
        \(report.runs.markup(run))
        </section>
        """
    }

    private static func run(_ run: Report.Run) -> Markup {
        """
        <dl>
        <dt>Kit</dt><dd>\(run.kit)</dd>
        <dt>Machine</dt><dd>\(run.host)</dd>
        <dt>From</dt><dd>\(run.started.ISO8601Format())</dd>
        <dt>To</dt><dd>\(run.ended.ISO8601Format())</dd>
        \(run.fixtures.map { "<dt>Recordings</dt><dd>\($0)</dd>" as Markup })
        </dl>
        \(run.command.isEmpty ? "" : "<pre class=\"command\" tabindex=\"0\">\(run.command)</pre>" as Markup)

        """
    }
}
