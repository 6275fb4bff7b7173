import AdapterKit
import Glibc
import Subprocess

/// Programs of the host.
package enum HostPrograms {
    package struct Output: Sendable, Equatable {
        package var status: ExitStatus
        /// Standard output and error.
        package var text: String
        package var isSuccess: Bool { status == .success }
    }

    /// Runs `words` and waits. A program that writes more than 1 MB is ended.
    /// - Throws: ``AdapterError`` when the program cannot be started.
    package static func run(_ words: [String]) async throws -> Output {
        try await starting(words) { program, arguments in
            let result = try await Subprocess.run(
                program, arguments: arguments, output: .string(limit: 1 << 20), error: .combinedWithOutput)
            return Output(status: ExitStatus(result.terminationStatus), text: result.standardOutput)
        }
    }

    /// Runs `words` with `variables` beside our own and nothing to read, and waits, its output and what it says to
    /// people kept apart.
    /// - Throws: ``AdapterError`` when the program cannot be started.
    package static func output(_ words: [String], _ variables: [String: String]) async throws -> ProgramOutput {
        try await starting(words) { program, arguments in
            let result = try await Subprocess.run(
                program, arguments: arguments, environment: .inherit.updating(changes(variables)),
                output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 16))
            return ProgramOutput(
                status: ExitStatus(result.terminationStatus), output: result.standardOutput,
                complaint: result.standardError)
        }
    }

    /// The same with something to read, at most ``longestInput`` bytes. A program may leave it unread.
    package static func output(_ words: [String], input: [UInt8]) async throws -> ProgramOutput {
        let readable = try pipe(holding: input, for: words)
        return try await starting(words) { program, arguments in
            let result = try await Subprocess.run(
                program, arguments: arguments,
                input: .fileDescriptor(.init(rawValue: readable), closeAfterSpawningProcess: true),
                output: .bytes(limit: 1 << 20), error: .string(limit: 1 << 16))
            return ProgramOutput(
                status: ExitStatus(result.terminationStatus), output: result.standardOutput,
                complaint: result.standardError)
        }
    }

    /// What a pipe takes before anybody reads.
    private static let longestInput = 60_000

    /// All of `input` is in the pipe before the program starts: nobody has to write to one that has left.
    private static func pipe(holding input: [UInt8], for words: [String]) throws -> Int32 {
        var ends: [Int32] = [-1, -1]
        guard input.count <= longestInput, Glibc.pipe(&ends) == 0 else {
            throw AdapterError(.hostTrouble, "\(words.first ?? "") could not be run: there is too much for it to read")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[1]) }
        let written = input.withUnsafeBytes { write(ends[1], $0.baseAddress, $0.count) }
        guard written == input.count else {
            close(ends[0])
            throw AdapterError(.hostTrouble, "\(words.first ?? "") could not be given what it is to read")
        }
        return ends[0]
    }

    /// Runs `words` with our own standard output and error and nothing to read, and waits.
    /// - Throws: ``AdapterError`` when the program cannot be started.
    package static func pass(_ words: [String], _ variables: [String: String] = [:]) async throws -> ExitStatus {
        try await starting(words) { program, arguments in
            let result = try await Subprocess.run(
                program, arguments: arguments, environment: .inherit.updating(changes(variables)),
                output: .fileDescriptor(.standardOutput, closeAfterSpawningProcess: false),
                error: .fileDescriptor(.standardError, closeAfterSpawningProcess: false))
            return ExitStatus(result.terminationStatus)
        }
    }

    private static func changes(_ variables: [String: String]) -> [Environment.Key: String?] {
        Dictionary(
            uniqueKeysWithValues: variables.compactMap { name, value in
                Environment.Key(rawValue: name).map { ($0, value) }
            })
    }

    private static func starting<Result>(
        _ words: [String], _ run: (Executable, Arguments) async throws -> Result
    ) async throws -> Result {
        guard let name = words.first else { throw AdapterError(.invalidInput, "there is no program to run") }
        do {
            return try await run(
                name.contains("/") ? .path(.init(name)) : .name(name), Arguments(Array(words.dropFirst())))
        } catch let error as SubprocessError {
            throw AdapterError(
                .hostTrouble, "\(name) could not be run: \(error)", hint: "see whether \(name) is installed")
        }
    }
}

extension ExitStatus {
    fileprivate init(_ end: TerminationStatus) {
        switch end {
        case .exited(let code): self.init(rawValue: Int32(code))
        case .signaled(let signal): self.init(rawValue: 128 + Int32(signal))
        }
    }
}
