import ArgumentParser
import Conformance
import Foundation

struct FakeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fake", abstract: "Serves a backend's state machine until it is ended, to try an adapter by hand.")

    @Argument(help: "docker, kubernetes or nomad")
    var backend: BackendKind

    @Option(help: "How many times faster than real time its workloads run.")
    var speed: Double = 1

    @Option(name: .customLong("server-version"), help: "The version that it claims, where that makes a difference.")
    var version: String?

    @Option(help: "The management token that a Nomad asks for.")
    var token: String?

    mutating func run() async throws {
        let variables = try await FakeBackends.serve(backend, version: version, speed: speed, token: token)
        let lines = variables.sorted { $0.key < $1.key }.map { "export \($0.key)='\($0.value)'\n" }.joined()
        // At once, whoever reads it: what is printed to a file waits for more.
        FileHandle.standardOutput.write(Data(lines.utf8))
        try await Task.sleep(for: .seconds(86_400 * 365))
    }
}

extension BackendKind: ExpressibleByArgument {}
