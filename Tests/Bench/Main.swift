import ArgumentParser
import Foundation

/// Measures `linkspan` beside others that do the same, in one run, and prints medians, spreads and ratios.
@main
struct Bench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measures linkspan beside its peers, in one run.")

    @Option(help: "The program to measure.")
    var linkspan: String
    @Option(help: "Only this part: start-up, dokku, kubernetes, nomad or registry. May be given again.")
    var part: [String] = []
    @Option(help: "How often the slow things are done; fast ones more often.")
    var runs = 5
    @Option(help: "A file for the figures in JSON.")
    var json: String?

    func run() async throws {
        var report = Report()
        func measure(_ name: String, _ body: () async throws -> Report.Part) async throws {
            guard part.isEmpty || part.contains(name) else { return }
            FileHandle.standardError.write(Data("-----> Measuring \(name)\n".utf8))
            report.parts.append(try await body())
        }
        try await measure("start-up") {
            let stage = try Stage(binary: linkspan)
            defer { stage.clear() }
            return try StartUp(stage: stage).measure(runs: runs)
        }
        try await measure("dokku") { try await DokkuTriggers.measure(binary: linkspan, runs: runs) }
        try await measure("kubernetes") { try KubernetesDeploys.measure(binary: linkspan, runs: runs) }
        try await measure("nomad") { try NomadDeploys.measure(binary: linkspan, runs: runs) }
        try await measure("registry") { try RegistryPushes.measure(binary: linkspan, runs: runs) }
        print(report.table, terminator: "")
        if let json { try report.json().write(to: URL(fileURLWithPath: json)) }
    }
}
