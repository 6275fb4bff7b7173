import ArgumentParser
import Conformance
import Foundation

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks adapters and ends with: N passed, N failed, N skipped.")

    @Argument(
        help: """
            Built-in names, or paths of adapters: a folder with adapter.json and adapter, an executable, or a Dokku \
            plugin's folder with plugin.toml and trigger files.
            """)
    var subjects: [String]

    @Option(name: .customLong("case"), help: "Only cases whose ids fit, with * for anything. May be given again.")
    var patterns: [String] = []

    @Option(help: "Only cases up to this level: core, standard, extended or resilience.")
    var level: ConformanceCase.Level = .resilience

    @Option(help: "Leave out cases whose ids fit. May be given again.")
    var exclude: [String] = []

    @Option(help: "The folder of recordings.")
    var fixtures = "fixtures"

    @Flag(help: "Stay offline: against recordings and state machines. This is what is done without --live.")
    var replay = false

    @Flag(help: "Leave the network as it is. Otherwise what is checked offline reaches nothing but this machine.")
    var withNetwork = false

    @Option(
        help:
            "Check against a real server: unix:///var/run/docker.sock, kubeconfig:PATH#CONTEXT, or nomad:ADDRESS#NAMESPACE."
    )
    var live: String?

    @Option(
        name: .customLong("image"),
        help: "What a real server is to run; given twice: the first and the second release's.")
    var images: [String] = []

    @Option(help: "The scheduler that a Dokku plugin answers to, where its folder is not called scheduler-NAME.")
    var scheduler: String?

    @Option(help: "Which API it speaks, where that cannot be guessed: docker, kubernetes, nomad or none.")
    var backend: BackendKind?

    @Option(
        name: .customLong("server-version"),
        help: "The version that a state machine claims; otherwise each that makes a difference is gone through.")
    var version: String?

    @Option(name: .customLong("report"), help: .reportFile)
    var reports: [String] = []

    func validate() throws {
        if replay, live != nil { throw ValidationError("--replay and --live are two ways to check: choose one") }
    }

    mutating func run() async throws {
        if live == nil, !withNetwork, let reason = Alone.become() {
            FileHandle.standardError.write(Data(" !     other machines can be reached: \(reason)\n".utf8))
        }
        let options = CheckOptions(fixtures: fixtures, live: live, excluded: exclude, images: images)
        let files = try reports.map { try ReportFile($0) }
        let cases = Suite.cases(matching: patterns).filter { $0.level <= level }
        var run = Report.Run(words: CommandLine.arguments)
        for name in subjects {
            for subject in try await subjects(name) {
                let progress = ProgressLine(total: cases.count + 1)
                let check = try await options.check(subject)
                let outcomes = await check.runner.outcomes(of: cases) { progress.show($0) }
                progress.clear()
                run.fixtures = check.fixtures ?? run.fixtures
                print(run.add(subject, outcomes, servers: check.servers(of: outcomes)).summary)
            }
        }
        let report = Report(runs: [run])
        for file in files { try file.write(report) }
        print(report.closing)
        if report.counts.wrong > 0 { throw ExitCode(1) }
    }

    /// What `name` stands for, before each server that it is to be checked against.
    private func subjects(_ name: String) async throws -> [Subject] {
        let found = try await Subjects.named(name, scheduler: scheduler, backend: backend)
        guard live == nil else { return found }
        guard let version else { return found.flatMap(\.onEachFace) }
        return found.map { subject in
            var subject = subject
            subject.face = version
            return subject
        }
    }
}
