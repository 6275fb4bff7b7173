import ArgumentParser
import Conformance
import Foundation

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Serves a recording by hand, strictly, until it is ended.")

    @Argument(help: "A recording, such as fixtures/docker/VERSION/docker-local/run.exit-43.har.")
    var file: String

    mutating func run() async throws {
        let (title, variables) = try await HandReplay.serve(file) { line in
            FileHandle.standardError.write(Data((line + "\n").utf8))
        }
        print("# \(title)")
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) { print("export \(name)='\(value)'") }
        try await Task.sleep(for: .seconds(86_400 * 365))
    }
}
