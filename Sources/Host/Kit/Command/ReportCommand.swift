import ArgumentParser
import Conformance

struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Works with reports that 'check --report FILE.json' wrote.",
        subcommands: [MergeCommand.self])

    struct MergeCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "merge", abstract: "Makes one report out of several.")

        @Argument(help: "Reports that end with .json.")
        var reports: [String]

        @Option(name: .customLong("report"), help: .reportFile)
        var targets: [String]

        func run() throws {
            let files = try targets.map { try ReportFile($0) }
            let merged = Report.merging(try reports.map { try ReportFile.read($0) })
            for file in files { try file.write(merged) }
            print(merged.closing)
        }
    }
}

extension ArgumentHelp {
    static let reportFile = ArgumentHelp(
        "Also write a report to FILE.json, FILE.xml (JUnit) or FILE.html. May be given again.", valueName: "file")
}
