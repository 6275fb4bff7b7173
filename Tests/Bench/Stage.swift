import Foundation

/// A state folder of its own, and the program that works on it.
struct Stage {
    /// The built `linkspan`.
    let binary: String
    let folder: String
    var variables: [String: String]

    init(binary: String, variables: [String: String] = [:]) throws {
        self.binary = binary
        folder = FileManager.default.temporaryDirectory.path + "/linkspan-bench-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder + "/project", withIntermediateDirectories: true)
        self.variables = variables.merging(["LINKSPAN_HOME": folder]) { $1 }
    }

    func clear() { try? FileManager.default.removeItem(atPath: folder) }

    func program(_ words: [String]) -> Program { Program(words, variables: variables) }

    @discardableResult
    func linkspan(_ words: String...) throws -> Program.Cost { try program([binary] + words).run() }

    func write(_ text: String, to name: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
}
