import Foundation

/// A process with its streams captured.
package enum Spawned {
    package static func run(
        _ program: String, _ arguments: [String], environment: [String: String], input: [UInt8],
        during: @escaping @Sendable (RunningProgram) async throws -> Void
    ) async throws -> RunResult {
        signal(SIGPIPE, SIG_IGN)
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.environment = environment
        let (standardInput, output, error) = (Pipe(), Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        process.standardError = error
        let ended = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in ended.continuation.finish() }
        try process.run()
        let writer = standardInput.fileHandleForWriting
        Thread.detachNewThread {
            // A program that does not read its input is no trouble of ours.
            try? writer.write(contentsOf: Data(input))
            try? writer.close()
        }
        async let outputBytes = drained(output.fileHandleForReading)
        async let errorBytes = drained(error.fileHandleForReading)
        let pid = process.processIdentifier
        do {
            try await during(RunningProgram(pid: pid, kill: { kill(pid, $0) }))
        } catch {
            kill(pid, SIGKILL)
            throw error
        }
        for await _ in ended.stream {}
        let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
        return await RunResult(
            status: status, output: String(decoding: outputBytes, as: UTF8.self),
            error: String(decoding: errorBytes, as: UTF8.self))
    }

    private static func drained(_ file: FileHandle) async -> Data {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: (try? file.readToEnd()) ?? Data()) }
        }
    }
}
