import ArgumentParser
import Conformance
import Foundation

struct DriftCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drift", abstract: "Compares a server of today with the recordings: shapes, not values.",
        discussion: """
            A breaking drift is one that a client may stumble over, an additive one is something new, a cosmetic one
            is in what no adapter of ours reads. fixtures/accepted-drifts.json lists drifts that are known, each with
            its id, a reason and the last day on which it is accepted. Ends with 1 when a breaking drift is left.
            """)

    @Argument(
        help: "An adapter with recordings, such as docker-local, or a backend with scenarios, such as kubernetes.")
    var what: String

    @Option(help: "Which recordings of a backend's scenarios to compare with.")
    var against: String?

    @Option(name: .customLong("case"), help: "Only cases or scenarios whose names fit. May be given again.")
    var patterns: [String] = []

    @Option(help: "The folder of recordings.")
    var fixtures = "fixtures"

    @Flag(help: "Tell additive and cosmetic drifts too.")
    var all = false

    @OptionGroup var server: ServerOptions

    mutating func run() async throws {
        let run = DriftRun(fixtures: fixtures, day: today)
        let result: DriftRun.Result
        if let version = against {
            result = try await run.scenarios(
                what, version: version, connection: server.connection(), names: patterns)
        } else {
            guard let subject = try await Subjects.named(what).first else { return }
            let core = Suite.all.filter { $0.level == .core }
            let cases = patterns.isEmpty ? core : Suite.cases(matching: patterns)
            result = try await run.docker(subject, live: server.live, cases: cases)
        }
        print("=====> \(result.server), compared with \(result.compared) recordings")
        for (title, reason) in result.failures { print(" !     \(title) could not be told to its end: \(reason)") }
        for drift in result.drifts where all || drift.kind == .breaking {
            print("\(drift.id)  \(drift.kind.rawValue)  \(drift.request)  \(drift.place) \(drift.sentence)")
            if let accepted = drift.accepted { print("       accepted: \(accepted)") }
        }
        func count(_ kind: Drift.Kind) -> Int { result.drifts.filter { $0.kind == kind && $0.accepted == nil }.count }
        let accepted = result.drifts.filter { $0.accepted != nil }.count
        print(
            "\(count(.breaking)) breaking, \(count(.additive)) additive, \(count(.cosmetic)) cosmetic, "
                + "\(accepted) accepted")
        if count(.breaking) > 0 || !result.failures.isEmpty { throw ExitCode(1) }
    }
}
