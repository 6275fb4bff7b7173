/// The console of a session. A container runtime tells on the workload's own output that a command cannot be run at
/// all; that is for the person, not for a pipe.
package actor ExecOutput: Console {
    private static let complaint = Array("OCI runtime exec failed".utf8)

    private let console: any Console
    /// The first bytes, as long as they may be the runtime's complaint.
    private var held: [UInt8]? = []

    package init(_ console: any Console) {
        self.console = console
    }

    package nonisolated var terminal: TerminalSize? { console.terminal }

    package nonisolated func report(_ note: Note) async { await console.report(note) }

    package nonisolated func read() async throws -> ConsoleInput { try await console.read() }

    package func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {
        guard let before = held, channel == .output else { return try await console.write(bytes, to: channel) }
        let all = before + bytes
        let isComplaint = all.starts(with: Self.complaint) || Self.complaint.starts(with: all)
        if isComplaint, all.count < 4_096 {
            held = all
        } else {
            held = nil
            try await console.write(all, to: channel)
        }
    }

    /// Passes on what was held, or tells it if the command could not be run; with the status that a shell would give.
    package func conclude(_ status: ExitStatus) async throws -> ExitStatus {
        guard let rest = held, !rest.isEmpty else { return status }
        held = nil
        guard status.rawValue == 126 || status.rawValue == 127, rest.starts(with: Self.complaint) else {
            try await console.write(rest, to: .output)
            return status
        }
        let text = String(decoding: rest, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ")
        await console.report(.warning("the command could not be run: \(text)"))
        let isMissing = text.contains("not found") || text.contains("no such file")
        return isMissing ? ExitStatus(rawValue: 127) : status
    }
}
