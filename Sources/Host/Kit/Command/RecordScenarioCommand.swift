import ArgumentParser
import Conformance

struct RecordScenarioCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "record-scenario", abstract: "Records what a real server answers to stories told to its raw API.",
        discussion: "fixtures/scenarios/BACKEND/NAME.json becomes fixtures/BACKEND/VERSION/NAME.har.")

    @Argument(help: "kubernetes, registry, nomad or docker")
    var backend: String

    @Argument(help: "The scenarios' names.")
    var names: [String]

    @Option(help: "What the server is, such as kubernetes or docker-registry.")
    var product: String

    @Option(help: "The server's version, which is the folder's name too.")
    var serverVersion: String

    @Option(help: "The folder of recordings.")
    var fixtures = "fixtures"

    @OptionGroup var server: ServerOptions

    mutating func run() async throws {
        let (lines, isComplete) = try await server.connection().record(
            names, backend: backend, product: product, version: serverVersion, fixtures: fixtures, day: today)
        for line in lines { print(line) }
        if !isComplete { throw ExitCode(1) }
    }
}
