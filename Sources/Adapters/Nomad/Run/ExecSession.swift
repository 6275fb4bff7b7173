import APIClient
import AdapterKit

/// Commands inside of a running task, over the exec WebSocket.
struct ExecSession: Sendable {
    let server: NomadServer
    /// The allocation's id.
    let allocation: String
    let task: String

    /// How often something goes over the wire: what stands in between drops connections that say nothing.
    private static let heartbeat = Duration.seconds(10)

    /// Runs `words` joined to `console`; the command's own exit status.
    /// - Parameter hasInput: whether the command reads what `console` has to say; its input is empty otherwise.
    func run(_ words: [String], hasTerminal: Bool, hasInput: Bool = true, console: any Console) async throws
        -> ExitStatus
    {
        let request = NomadCalls.exec(allocation, task: task, words, hasTerminal: hasTerminal)
        let socket = try await WebSocketSession.open(request, over: server.client)
        defer { socket.close() }
        let output = ExecOutput(console)
        let exit = try await withThrowingTaskGroup(of: Int??.self) { tasks in
            tasks.addTask { .some(try await copyOutput(of: socket, to: output)) }
            tasks.addTask {
                try await copyInput(of: output, to: socket, hasTerminal: hasTerminal, hasInput: hasInput)
                return nil
            }
            tasks.addTask {
                while true {
                    try await Task.sleep(for: Self.heartbeat)
                    // That the connection is gone is told by reading.
                    try? socket.post(.text(ExecMessage.heartbeat))
                }
            }
            defer { tasks.cancelAll() }
            while let ended = try await tasks.next() {
                // Input may end long before output does.
                if let exit = ended { return exit }
            }
            return nil
        }
        if let exit { return try await output.conclude(ExitStatus(rawValue: Int32(truncatingIfNeeded: exit))) }
        _ = try await output.conclude(.success)
        return try await complaint(of: socket, words, console: console)
    }

    /// - Returns: the command's exit code; `nil` when the server has closed the session without one.
    private func copyOutput(of socket: WebSocketSession, to console: any Console) async throws -> Int? {
        while let message = try await socket.receive() {
            guard case .text(let text) = message else { continue }
            let reply: ExecReply
            do {
                reply = try ExecReply(parsing: text)
            } catch {
                throw APIFailure.unexpectedReply(call: "exec in \(allocation)", reason: "it is no message of a session")
            }
            if let bytes = reply.stdout?.bytes, !bytes.isEmpty { try await console.write(bytes, to: .output) }
            if let bytes = reply.stderr?.bytes, !bytes.isEmpty { try await console.write(bytes, to: .error) }
            if let code = reply.exitCode { return code }
        }
        return nil
    }

    private func copyInput(of console: any Console, to socket: WebSocketSession, hasTerminal: Bool, hasInput: Bool)
        async throws
    {
        /// Passes something on; `false` when nobody takes it any more. What the command writes still counts.
        func hasTaken(_ text: String) async throws -> Bool {
            do {
                try await socket.send(.text(text))
                return true
            } catch is APIFailure {
                return false
            }
        }
        if hasTerminal, let size = console.terminal {
            _ = try await hasTaken(ExecMessage.resized(columns: size.columns, rows: size.rows))
        }
        guard hasInput else {
            _ = try await hasTaken(ExecMessage.endOfInput)
            return
        }
        while true {
            switch try await console.read() {
            case .bytes(let bytes): guard try await hasTaken(ExecMessage.input(bytes)) else { return }
            case .resized(let size):
                guard hasTerminal else { continue }
                _ = try await hasTaken(ExecMessage.resized(columns: size.columns, rows: size.rows))
            case .end:
                // A terminal has no half-closed state: its way to say so is Ctrl-D.
                _ = try await hasTaken(hasTerminal ? ExecMessage.input([4]) : ExecMessage.endOfInput)
                return
            }
        }
    }

    /// What it means that the server closed the session before the command had ended.
    private func complaint(of socket: WebSocketSession, _ words: [String], console: any Console) async throws
        -> ExitStatus
    {
        guard let (_, reason) = socket.closing, !reason.isEmpty else {
            throw APIFailure.interrupted(
                call: "exec in \(allocation)", reason: "it ended before the command's exit was told")
        }
        if reason.hasSuffix("Permission denied") {
            // As a server that looks before it opens the session would say it.
            throw APIFailure.status(
                .init(
                    call: "GET /v1/client/allocation/\(allocation)/exec", status: 403, message: "Permission denied"))
        }
        if let status = RuntimeComplaint.status(reason) {
            await console.report(.warning("the command could not be run: \(reason)"))
            return status
        }
        throw AdapterError(
            .notFound, "the command could not be run in allocation \(allocation)", details: ["Nomad said: \(reason)"])
    }
}
