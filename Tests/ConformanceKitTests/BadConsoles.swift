import AdapterKit
import Foundation

/// Consoles of adapters that do not pass on what they should.
struct Deaf: Console {
    var terminal: TerminalSize? { nil }
    func report(_ note: Note) async {}
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {}
    func read() async throws -> ConsoleInput { .end }
}

struct Mixing: Console {
    let base: any Console
    var terminal: TerminalSize? { base.terminal }
    func report(_ note: Note) async { await base.report(note) }
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws { try await base.write(bytes, to: .output) }
    func read() async throws -> ConsoleInput { try await base.read() }
}

struct Dumb: Console {
    let base: any Console
    var terminal: TerminalSize? { base.terminal }
    func report(_ note: Note) async { await base.report(note) }
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws { try await base.write(bytes, to: channel) }
    func read() async throws -> ConsoleInput { .end }
}

actor Short: Console {
    let base: any Console
    private var left = 65_536

    init(base: any Console) { self.base = base }

    nonisolated var terminal: TerminalSize? { nil }
    func report(_ note: Note) async { await base.report(note) }

    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {
        let allowed = Array(bytes.prefix(left))
        left -= allowed.count
        try await base.write(allowed, to: channel)
    }

    func read() async throws -> ConsoleInput { try await base.read() }
}

/// What a leaking adapter remembers between two calls.
actor Leaks {
    private static let shared = Leaks()
    private var value = ""

    static var secret: String { get async { await shared.value } }
    static func remember(_ value: String) async { await shared.set(value) }
    private func set(_ value: String) { self.value = value }
}

func encodedBase64(_ text: String) -> String { Data(text.utf8).base64EncodedString() }
