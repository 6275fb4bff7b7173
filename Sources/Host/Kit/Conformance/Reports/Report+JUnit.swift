import FoundationEssentials

extension Report {
    /// The report in the form that CI systems read: a suite for each subject, a class for each chapter. A case that was
    /// declined is a skipped one there, since that form has no other word; its message says so.
    public func junit() -> String {
        let all = runs.flatMap { run in run.subjects.map { (run, $0) } }
        let document: Markup = """
            <?xml version="1.0" encoding="UTF-8"?>
            <testsuites name="linkspan-conformance" \(Self.numbers(counts, subjects.flatMap(\.outcomes)))>
            \(all.markup { Self.suite($0.1, of: $0.0) })</testsuites>

            """
        return document.text
    }

    private static func suite(_ subject: CheckedSubject, of run: Run) -> Markup {
        let facts: [(String, String)] = [
            ("kit", run.kit), ("host", run.host), ("command", run.command), ("backend", subject.backend.rawValue),
            ("capabilities", subject.capabilities.map(\.rawValue).joined(separator: " ")),
            ("servers", subject.servers.map(\.description).joined(separator: "; ")),
            ("verdict", subject.conformity.rawValue),
        ]
        return """
              <testsuite name="\(subject.title)" \(numbers(subject.counts, subject.outcomes)) \
            timestamp="\(run.started.ISO8601Format())">
                <properties>
            \(facts.markup { "      <property name=\"\($0.0)\" value=\"\($0.1)\"/>\n" })    </properties>
            \(subject.outcomes.markup(testCase))  </testsuite>

            """
    }

    private static func numbers(_ counts: Counts, _ outcomes: [Outcome]) -> Markup {
        """
        tests="\(counts.total)" failures="\(counts.failed)" errors="\(counts.error)" \
        skipped="\(counts.skipped + counts.declined)" time="\(time(outcomes.reduce(0) { $0 + $1.seconds }))"
        """
    }

    private static func testCase(_ outcome: Outcome) -> Markup {
        let head: Markup =
            "    <testcase classname=\"\(outcome.chapter)\" name=\"\(outcome.id)\" time=\"\(time(outcome.seconds))\""
        let message = outcome.reason.split(separator: "\n").first.map(String.init) ?? ""
        switch outcome.verdict {
        case .passed: return "\(head)/>\n"
        case .declined: return "\(head)><skipped message=\"declined: \(message)\"/></testcase>\n"
        case .skipped: return "\(head)><skipped message=\"\(message)\"/></testcase>\n"
        case .failed:
            return "\(head)><failure message=\"\(message)\">\(story(outcome))</failure></testcase>\n"
        case .error:
            return "\(head)><error message=\"\(message)\">\(story(outcome))</error></testcase>\n"
        }
    }

    private static func story(_ outcome: Outcome) -> String {
        var parts = [outcome.promise, outcome.reason]
        if !outcome.requests.isEmpty { parts.append("requests:\n" + outcome.requests.joined(separator: "\n")) }
        if !outcome.output.trimmed.isEmpty { parts.append("what the person saw:\n" + outcome.output) }
        return parts.joined(separator: "\n\n")
    }

    /// Seconds with three digits, whatever the machine's language.
    private static func time(_ seconds: Double) -> String {
        let thousandths = Int((max(0, seconds) * 1_000).rounded())
        let rest = String(thousandths % 1_000)
        return "\(thousandths / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
