import FoundationEssentials

/// The top of the page: what may be said of each subject, and what it was checked against.
enum PageHead {
    static func markup(_ report: Report) -> Markup {
        """
        <header>
        <p class="kicker">Linkspan conformance kit \(kits(report))</p>
        <h1>\(headline(report))</h1>
        <p class="lead">\(report.counts.words.capitalizedFirst).</p>
        </header>
        <div class="cards">
        \(report.subjects.markup(card))</div>
        """
    }

    private static func kits(_ report: Report) -> String {
        Set(report.runs.map(\.kit)).sorted().joined(separator: ", ")
    }

    private static func headline(_ report: Report) -> String {
        let subjects = report.subjects
        let bad = subjects.filter { $0.conformity == .notConformant }.count
        switch (subjects.count, bad) {
        case (0, _): return "Nothing was checked"
        case (1, _): return "\(subjects[0].name) is \(subjects[0].conformity.rawValue)"
        case (let all, 0): return "All \(all) subjects are conformant"
        case (let all, let bad) where all == bad: return "None of \(all) subjects is conformant"
        case (let all, let bad): return "\(bad) of \(all) subjects \(bad == 1 ? "is" : "are") not conformant"
        }
    }

    private static func card(_ subject: CheckedSubject) -> Markup {
        let tone = subject.conformity.tone
        let claims = subject.capabilities.map(\.rawValue).joined(separator: ", ")
        return """
            <article class="card">
            <h2>\(subject.name) <small>\(subject.form.rawValue)</small></h2>
            <p class="verdict \(tone.rawValue)">\(tone.sign) \(subject.conformity.rawValue)</p>
            \(subject.conformityReason.map { "<p class=\"why\">\($0.capitalizedFirst).</p>" as Markup })
            \(bar(subject.counts))
            <p class="soft">\(subject.counts.words)</p>
            <dl>
            <dt>Speaks to</dt><dd>\(subject.backend.name)</dd>
            <dt>Answered by</dt><dd>\(subject.servers.isEmpty ? "nobody: no case needed it" : servers(subject))</dd>
            <dt>Claims</dt><dd>\(claims.isEmpty ? "the five calls alone" : claims)</dd>
            <dt>Levels</dt><dd>\(levels(subject))</dd>
            </dl>
            </article>

            """
    }

    private static func servers(_ subject: CheckedSubject) -> String {
        subject.servers.map(\.description).joined(separator: "; ")
    }

    private static func levels(_ subject: CheckedSubject) -> String {
        subject.level == .core ? "core" : "core to \(subject.level.rawValue)"
    }

    private static func bar(_ counts: Counts) -> Markup {
        let parts: [(Int, String)] = [
            (counts.passed, "good"), (counts.declined, "gap"), (counts.wrong, "bad"), (counts.skipped, ""),
        ]
        let pieces = parts.filter { $0.0 > 0 }.markup {
            "<i class=\"\($0.1)\" style=\"flex:\($0.0)\"></i>"
        }
        return "<div class=\"bar\" aria-hidden=\"true\">\(pieces)</div>"
    }
}

/// How something is shown: never by colour alone.
enum Tone: String {
    case good, gap, bad
    case idle = ""

    var sign: String {
        switch self {
        case .good: "✓"
        case .gap: "○"
        case .bad: "✕"
        case .idle: "–"
        }
    }
}

extension Conformity {
    var tone: Tone {
        switch self {
        case .conformant: .good
        case .conformantWithGaps: .gap
        case .notConformant: .bad
        }
    }
}

extension Outcome.Verdict {
    var tone: Tone {
        switch self {
        case .passed: .good
        case .declined: .gap
        case .failed, .error: .bad
        case .skipped: .idle
        }
    }
}

extension BackendKind {
    /// As people call it.
    var name: String {
        switch self {
        case .docker: "the Docker Engine's API"
        case .kubernetes: "Kubernetes' API"
        case .nomad: "Nomad's API"
        case .none: "no API"
        }
    }
}

extension String {
    /// With a capital letter in front.
    var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
