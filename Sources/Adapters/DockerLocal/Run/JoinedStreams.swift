import APIClient
import AdapterKit
import DockerEngine

/// Joins a container's streams to a console until the container's side ends.
struct JoinedStreams: Sendable {
    let connection: UpgradedConnection
    let hasTerminal: Bool
    let console: any Console
    let resize: @Sendable (TerminalSize) async throws -> Void
    private let hasSentEnd = Guarded(false)

    func run() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { tasks in
            tasks.addTask {
                try await copyOutput()
                return true
            }
            tasks.addTask {
                try await copyInput()
                return false
            }
            defer { tasks.cancelAll() }
            // Input may end long before output does.
            while let isOutputOver = try await tasks.next(), !isOutputOver {}
        }
        connection.close()
    }

    private func copyOutput() async throws {
        var frames = MultiplexedStream()
        while let bytes = try await received() {
            guard !hasTerminal else {
                try await console.write(bytes, to: .output)
                continue
            }
            for frame in try frames.take(bytes) {
                try await console.write(Array(frame.bytes), to: frame.channel == .output ? .output : .error)
            }
        }
    }

    private func received() async throws -> [UInt8]? {
        do {
            return try await connection.read()
        } catch APIFailure.interrupted where hasSentEnd.withLock({ $0 }) {
            // A workload that ends with a Ctrl-D unread: the system resets the connection instead of ending it.
            return nil
        }
    }

    private func copyInput() async throws {
        if hasTerminal, let size = console.terminal { try? await resize(size) }
        while true {
            switch try await console.read() {
            case .bytes(let bytes):
                guard try await hasTaken(bytes) else { return }
            case .resized(let size):
                if hasTerminal { try? await resize(size) }
            case .end:
                guard hasTerminal else { return connection.closeWrite() }
                // A terminal has no half-closed state: its way to say so is Ctrl-D.
                hasSentEnd.withLock { $0 = true }
                _ = try await hasTaken([4])
                return
            }
        }
    }

    /// Passes input on; `false` when the workload reads no more. What it writes still counts.
    private func hasTaken(_ bytes: [UInt8]) async throws -> Bool {
        do {
            try await connection.write(bytes)
            return true
        } catch is APIFailure {
            return false
        }
    }
}
