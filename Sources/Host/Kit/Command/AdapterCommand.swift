import AdapterProgram
import ArgumentParser
import Foundation
import SchedulerHost

/// A built-in adapter as a program: how the kit checks that the protocol between programs loses nothing.
struct AdapterCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adapter", abstract: "Answers one call of the adapter protocol with a built-in adapter.",
        shouldDisplay: false)

    @Argument var name: String
    @Argument var call: String

    mutating func run() async throws {
        let plugin = try Catalog.builtIn.plugin(for: name)
        Foundation.exit(await AdapterMain.run(plugin, arguments: [call]))
    }
}
