import ArgumentParser

/// The conformance kit as a program.
@main
struct LinkspanConformance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linkspan-conformance",
        abstract: "Checks scheduler adapters against recorded and live APIs.",
        subcommands: [
            ListCommand.self, CheckCommand.self, RecordCommand.self, RecordScenarioCommand.self, DriftCommand.self,
            ReplayCommand.self, HARCommand.self, ReportCommand.self, FakeCommand.self, AdapterCommand.self,
        ])
}
