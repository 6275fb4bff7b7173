import AdapterKit
import Conformance

/// Reports made up for tests.
enum Sample {
    static func tested(_ id: String, _ level: ConformanceCase.Level = .standard) -> ConformanceCase {
        ConformanceCase(id, "It does \(id).", level) { _ in }
    }

    static func outcome(
        _ id: String, _ verdict: Outcome.Verdict, reason: String = "", level: ConformanceCase.Level = .standard,
        source: Outcome.Source = .behavioural, seconds: Double = 0.25, requests: [String] = [], output: String = ""
    ) -> Outcome {
        Outcome(
            tested(id, level), verdict, reason: reason, seconds: seconds, requests: requests, output: output,
            source: source)
    }

    static func subject(_ outcomes: [Outcome], name: String = "swarm", missingCore: [String] = []) -> CheckedSubject {
        CheckedSubject(
            name: name, form: .program, backend: .docker, capabilities: [.run],
            servers: [CheckedServer(source: .recorded, product: "Docker Engine", version: "20.10.24")],
            outcomes: outcomes, missingCore: missingCore)
    }

    static func report(_ subjects: CheckedSubject...) -> Report {
        var run = Report.Run(
            words: ["/opt/bin/linkspan-conformance", "check", "./my adapter"], fixtures: "sha256:ab12")
        run.subjects = subjects
        return Report(runs: [run])
    }

    /// What breaks pages and documents.
    static let nasty = "<b>&amp; \"quoted\" 'ticked'</b> ]]> \u{0}\u{1B}[31m\u{FFFE} \u{1F44B}\nsecond <line>"
}
