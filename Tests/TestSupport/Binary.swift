import Foundation
import Subprocess

/// One run of a program, seen from outside.
package struct RunResult: Sendable {
    package var status: Int32
    package var output: String
    package var error: String

    package var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// The built `linkspan`, run as a person or Dokku would.
package struct Binary: Sendable {
    /// Its state folder.
    package let home: Scratch
    package var variables: [String: String]
    /// The project that deploys read.
    package let project: Scratch

    package init(variables: [String: String] = [:]) throws {
        home = try Scratch()
        project = try Scratch()
        self.variables = variables
    }

    /// `linkspan` beside the running test bundle.
    package static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let beside = (bundle as NSString).deletingLastPathComponent + "/linkspan"
        if FileManager.default.isExecutableFile(atPath: beside) { return beside }
        return CommandLine.arguments.lazy.map { ($0 as NSString).deletingLastPathComponent + "/linkspan" }
            .first { FileManager.default.isExecutableFile(atPath: $0) } ?? beside
    }()

    /// Runs the program to its end.
    /// - Parameters:
    ///   - name: what it is called under; a trigger's name makes it one.
    ///   - during: what happens while it runs.
    @discardableResult
    package func run(
        _ arguments: String..., as name: String = "linkspan", input: String = "",
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        try await run(arguments, as: name, input: Array(input.utf8), during: during)
    }

    @discardableResult
    package func run(
        _ arguments: [String], as name: String = "linkspan", input: [UInt8] = [],
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        var program = Self.path
        if name != "linkspan" {
            // As Dokku has it: a link, named as the trigger.
            program = home.path + "/links/" + name
            try FileManager.default.createDirectory(
                atPath: (program as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try? FileManager.default.createSymbolicLink(atPath: program, withDestinationPath: Self.path)
        }
        var environment = ProcessInfo.processInfo.environment
        for name in ["DOKKU_QUIET_OUTPUT", "DOKKU_ROOT"] { environment[name] = nil }
        environment["LINKSPAN_HOME"] = home.path
        environment.merge(variables) { $1 }
        return try await Spawned.run(program, arguments, environment: environment, input: input, during: during)
    }
}

/// A program while it runs.
package struct RunningProgram: Sendable {
    package let pid: Int32
    package let kill: @Sendable (Int32) -> Void
}

/// Other programs of the machine.
package enum Tool {
    package static func run(_ words: String...) async throws -> RunResult {
        let result = try await Subprocess.run(
            words[0].contains("/") ? .path(.init(words[0])) : .name(words[0]),
            arguments: Arguments(Array(words.dropFirst())), output: .string(limit: 8 << 20),
            error: .string(limit: 1 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { 255 }
        return RunResult(status: status, output: result.standardOutput, error: result.standardError)
    }

    package static func exists(_ name: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: $0 + "/" + name) }
    }
}
