import ArgumentParser
import Conformance
import Foundation

struct HARCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "har", abstract: "Turns other programs' HAR files into recordings, and recordings into plain HAR.",
        subcommands: [Import.self, Export.self])

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A browser's or proxy's HAR file becomes a recording.")

        @Argument var file: String
        @Option(help: "What answered, such as nomad.") var product: String
        @Option(help: "Its version.") var serverVersion: String
        @Option(help: "The day on which it was recorded, YYYY-MM-DD.") var day: String
        @Option(help: "What the recording is called.") var title: String

        func run() throws {
            print(
                try HARFiles.importing(
                    bytes(file), product: product, version: serverVersion, day: day, title: title), terminator: "")
        }
    }

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "A recording becomes HAR that any viewer shows.")

        @Argument var file: String

        func run() throws { print(try HARFiles.exporting(bytes(file)), terminator: "") }
    }
}

private func bytes(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
        throw ValidationError("there is no file \(path)")
    }
    return Array(data)
}
