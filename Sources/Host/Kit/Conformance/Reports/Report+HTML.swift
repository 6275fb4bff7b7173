import FoundationEssentials

extension Report {
    /// The report as one page that needs nothing else: no script, no font, no picture from anywhere. Light or dark as
    /// the reader's machine is.
    public func html() -> String {
        let page: Markup = """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(title)</title>
            <style>
            \(PageStyle.sheet)
            </style>
            </head>
            <body>
            <main>
            \(PageHead.markup(self))
            \(PageMatrix.markup(self))
            \(PageTrouble.markup(self))
            \(PageAnswers.markup(self))
            \(PageTimes.markup(self))
            \(PageCases.markup(self))
            \(PageRuns.markup(self))
            </main>
            </body>
            </html>

            """
        return page.text
    }

    private var title: String {
        let names = subjects.map(\.name)
        let unique = names.enumerated().filter { names.firstIndex(of: $1) == $0 }.map(\.element)
        return "Conformance of " + (unique.isEmpty ? "nothing" : unique.joined(separator: ", "))
    }
}
