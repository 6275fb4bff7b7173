/// A console without input that keeps the beginning of what a command writes, for a message about it.
package actor CollectingConsole: Console {
    private var bytes: [UInt8] = []

    package init() {}

    package nonisolated var terminal: TerminalSize? { nil }

    /// Both streams, as they came.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package func report(_ note: Note) async {}

    package func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {
        if self.bytes.count < 65_536 { self.bytes += bytes }
    }

    package func read() async throws -> ConsoleInput { .end }
}
