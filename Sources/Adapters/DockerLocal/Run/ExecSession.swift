import APIClient
import AdapterKit
import DockerEngine

/// Commands inside a running container.
struct ExecSession: Sendable {
    let engine: DockerEngine
    let container: String

    /// Runs `words` joined to `console`; the command's own exit status.
    func run(_ words: [String], workingDirectory: String?, hasTerminal: Bool, console: any Console) async throws
        -> ExitStatus
    {
        let exec = try await create(words, input: true, terminal: hasTerminal, workingDirectory: workingDirectory)
        let stream = try await engine.client.upgrade(.startExec(exec, hasTerminal: hasTerminal))
        let output = ExecOutput(console)
        let joined = JoinedStreams(connection: stream, hasTerminal: hasTerminal, console: output) { size in
            try await engine.send(.resizeExec(exec, columns: size.columns, rows: size.rows))
        }
        try await joined.run()
        return try await output.conclude(try await status(exec))
    }

    /// Runs `words` without input; its exit status and what it wrote, both channels as they came.
    func collect(_ words: [String]) async throws -> (ExitStatus, String) {
        let exec = try await create(words, input: false, terminal: false, workingDirectory: nil)
        let stream = try await engine.client.upgrade(.startExec(exec, hasTerminal: false))
        var frames = MultiplexedStream()
        var output: [UInt8] = []
        while let bytes = try await stream.read() {
            for frame in try frames.take(bytes) where output.count < 65_536 { output += frame.bytes }
        }
        return (try await status(exec), String(decoding: output, as: UTF8.self))
    }

    private func create(_ words: [String], input: Bool, terminal: Bool, workingDirectory: String?) async throws
        -> String
    {
        try await engine.send(
            .createExec(
                in: container,
                ExecSpec(Cmd: words, AttachStdin: input, Tty: terminal, WorkingDir: workingDirectory))
        ).Id
    }

    /// The engine ends the stream a moment before it notes the exit.
    private func status(_ exec: String) async throws -> ExitStatus {
        for attempt in 0... {
            let details = try await engine.send(.inspectExec(exec))
            if let code = details.ExitCode, !details.Running {
                return ExitStatus(rawValue: Int32(truncatingIfNeeded: code))
            }
            try await Task.sleep(for: .milliseconds(min(10 << min(attempt, 6), 500)))
        }
        return .success
    }
}
