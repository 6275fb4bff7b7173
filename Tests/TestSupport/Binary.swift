import Foundation
import Subprocess

/// One run of a program, seen from outside.
public struct RunResult: Sendable {
    public var status: Int32
    public var output: String
    public var error: String

    public var lines: [String] { output.split(separator: "\n").map(String.init) }
}

/// The built `linkspan`, run as a person or Dokku would.
public struct Binary: Sendable {
    /// Its state folder.
    public let home: Scratch
    public var variables: [String: String]
    /// The project that deploys read.
    public let project: Scratch

    public init(variables: [String: String] = [:]) throws {
        home = try Scratch()
        project = try Scratch()
        self.variables = variables
    }

    /// `linkspan` beside the running test bundle.
    public static let path: String = {
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
    public func run(
        _ arguments: String..., as name: String = "linkspan", input: String = "",
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        try await run(arguments, as: name, input: Array(input.utf8), during: during)
    }

    @discardableResult
    public func run(
        _ arguments: [String], as name: String = "linkspan", input: [UInt8] = [],
        during: @escaping @Sendable (RunningProgram) async throws -> Void = { _ in }
    ) async throws -> RunResult {
        var environment: [Environment.Key: String?] = [
            "LINKSPAN_HOME": home.path, "PWD": project.path, "DOKKU_QUIET_OUTPUT": nil, "DOKKU_ROOT": nil,
        ]
        for (key, value) in variables { environment[.init(rawValue: key) ?? "X"] = value }
        let result = try await Subprocess.run(
            .path(.init(Self.path)), arguments: Arguments(executablePathOverride: name, remainingValues: arguments),
            environment: .inherit.updating(environment), input: .array(input), output: .string(limit: 64 << 20),
            error: .string(limit: 1 << 20)
        ) { execution in
            try await during(
                RunningProgram(
                    pid: execution.processIdentifier.value,
                    kill: { number in try execution.send(signal: .init(rawValue: number)) }))
        }
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return RunResult(status: status, output: result.standardOutput, error: result.standardError)
    }
}

/// A program while it runs.
public struct RunningProgram: Sendable {
    public let pid: Int32
    public let kill: @Sendable (Int32) throws -> Void
}

/// Other programs of the machine.
public enum Tool {
    public static func run(_ words: String...) async throws -> RunResult {
        let result = try await Subprocess.run(
            .name(words[0]), arguments: Arguments(Array(words.dropFirst())), output: .string(limit: 8 << 20),
            error: .string(limit: 1 << 20))
        let status: Int32 = if case .exited(let code) = result.terminationStatus { code } else { 255 }
        return RunResult(status: status, output: result.standardOutput, error: result.standardError)
    }

    public static func exists(_ name: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: $0 + "/" + name) }
    }
}
