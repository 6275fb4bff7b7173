import APIClient
import AdapterKit
import JSONDocument

/// Joins a remote command's streams to a console until the command's side ends.
struct JoinedStreams: Sendable {
    let streams: any RemoteStreams
    let command: RemoteCommand
    let console: any Console
    /// Typed first, before anything of the person's.
    var opening: [UInt8] = []
    /// How often something goes over the wire: what stands in between drops connections that say nothing.
    private static let heartbeat = Duration.seconds(20)
    /// How long a command may go on after its input's end before it is said that it was not told.
    private static let patience = Duration.seconds(3)

    /// How long a terminal's size takes to be set.
    private static let settling = Duration.milliseconds(300)

    /// - Returns: what the server said about the end; `nil` when it said nothing.
    func run() async throws -> [UInt8]? {
        defer { streams.close() }
        return try await withThrowingTaskGroup(of: [UInt8]??.self) { tasks in
            tasks.addTask { .some(try await copyOutput()) }
            if command.hasInput {
                tasks.addTask {
                    try await copyInput()
                    return nil
                }
            }
            tasks.addTask {
                while true {
                    try await Task.sleep(for: Self.heartbeat)
                    // That the connection is gone is told by reading.
                    try? streams.ping()
                }
            }
            defer { tasks.cancelAll() }
            while let ended = try await tasks.next() {
                // Input may end long before output does.
                if let said = ended { return said }
            }
            return nil
        }
    }

    private func copyOutput() async throws -> [UInt8]? {
        var said: [UInt8] = []
        while let (channel, bytes) = try await streams.receive() {
            switch channel {
            case .stdout: try await console.write(bytes, to: .output)
            case .stderr: try await console.write(bytes, to: .error)
            case .error: said += bytes
            case .stdin, .resize: continue
            }
        }
        return said.isEmpty ? nil : said
    }

    private func copyInput() async throws {
        if command.hasTerminal, let size = console.terminal { try await resize(size) }
        if !opening.isEmpty {
            // A size is set beside the streams, not in them: nothing tells when it has been.
            if command.hasTerminal { try await Task.sleep(for: Self.settling) }
            _ = try await hasTaken { try await streams.send(opening, to: .stdin) }
        }
        while true {
            switch try await console.read() {
            case .bytes(let bytes):
                guard try await hasTaken({ try await streams.send(bytes, to: .stdin) }) else { return }
            case .resized(let size): if command.hasTerminal { try await resize(size) }
            case .end:
                guard !command.hasTerminal else {
                    // A terminal has no half-closed state: its way to say so is Ctrl-D.
                    _ = try await hasTaken { try await streams.send([4], to: .stdin) }
                    return
                }
                _ = try await hasTaken { try await streams.endInput() }
                guard !streams.canEndInput else { return }
                try await Task.sleep(for: Self.patience)
                await console.report(
                    .warning("the server has no way to tell the command that its input has ended; it may wait for more")
                )
                return
            }
        }
    }

    private func resize(_ size: TerminalSize) async throws {
        let document: JSONValue = ["Width": .integer(size.columns), "Height": .integer(size.rows)]
        _ = try await hasTaken { try await streams.send(Array(document.compact.utf8), to: .resize) }
    }

    /// Passes something on; `false` when nobody takes it any more. What the command writes still counts.
    private func hasTaken(_ pass: () async throws -> Void) async throws -> Bool {
        do {
            try await pass()
            return true
        } catch is APIFailure {
            return false
        }
    }
}
