import ArgumentParser
import Conformance

struct FakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fake", abstract: "Serves a backend's state machine until it is ended, to try an adapter by hand.")

    @Argument(help: "docker, kubernetes or nomad")
    var backend: BackendKind

    @Option(help: "How many times faster than real time its workloads run.")
    var speed: Double = 1

    mutating func run() async throws {
        let variables = try await FakeBackends.serve(backend, speed: speed)
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) { print("export \(name)='\(value)'") }
        try await Task.sleep(for: .seconds(86_400 * 365))
    }
}

extension BackendKind: ExpressibleByArgument {}
