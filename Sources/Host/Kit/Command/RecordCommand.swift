import ArgumentParser
import Conformance

struct RecordCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Records what a real server answers to an adapter's cases.",
        discussion: """
            Each case is run against the server through a recording proxy. What is kept has no secret in it and none of
            what differs from run to run; a recording that cannot be replayed is not kept. Recording twice changes
            nothing.
            """)

    @Argument(help: "A built-in adapter.")
    var subject: String

    @Option(help: "The server: unix:///var/run/docker.sock, kubeconfig:PATH#CONTEXT, or nomad:ADDRESS#NAMESPACE.")
    var live: String

    @Option(
        name: .customLong("image"), help: "What the server is to run; given twice: the first and the second release's.")
    var images: [String] = []

    @Option(name: .customLong("case"), help: "Only cases whose ids fit, with * for anything. May be given again.")
    var patterns: [String] = []

    @Option(help: "Only cases up to this level.")
    var level: ConformanceCase.Level = .extended

    @Option(help: "Leave out cases whose ids fit. May be given again.")
    var exclude: [String] = []

    @Option(help: "The folder of recordings.")
    var fixtures = "fixtures"

    mutating func run() async throws {
        let subjects = try await Subjects.named(subject)
        guard let subject = subjects.first else { return }
        let recorder = try await CaseRecorder(subject, live: live, fixtures: fixtures, day: today, images: images)
        var counts = (written: 0, unchanged: 0, failed: 0)
        let unwanted = Set(exclude.isEmpty ? [] : Suite.cases(matching: exclude).map(\.id))
        let cases = Suite.cases(matching: patterns).filter { $0.level <= level && !unwanted.contains($0.id) }
        for await (id, result) in recorder.record(cases) {
            switch result {
            case .written:
                counts.written += 1
                print("\(id): written")
            case .unchanged: counts.unchanged += 1
            case .nothingToRecord: break
            case .failed(let reason):
                counts.failed += 1
                print(" !     \(id): \(reason)")
            }
        }
        print("\(counts.written) written, \(counts.unchanged) unchanged, \(counts.failed) not recorded")
    }
}
