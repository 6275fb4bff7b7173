import AdapterKit
import Synchronization

/// A console that remembers what it was told and says what it is told to say.
package final class RecordingConsole: Console {
    private struct State {
        var notes: [Note] = []
        var output: [UInt8] = []
        var error: [UInt8] = []
        var input: [ConsoleInput]
        var reads = 0
        var isClosed = false
    }

    /// Nobody reads any more.
    package struct Closed: Error {}

    private let state: Mutex<State>
    package let terminal: TerminalSize?

    /// - Parameters:
    ///   - input: what a person does, in order; after it, the end.
    ///   - staysOpen: the input never ends by itself.
    package init(input: [ConsoleInput] = [], staysOpen: Bool = false, terminal: TerminalSize? = nil) {
        state = Mutex(State(input: input + (staysOpen ? [] : [.end])))
        self.terminal = terminal
    }

    package func report(_ note: Note) async {
        state.withLock { $0.notes.append(note) }
        await Task.yield()
    }

    package func write(_ bytes: [UInt8], to channel: OutputChannel) async throws {
        let isClosed = state.withLock { state in
            if !state.isClosed {
                if channel == .output { state.output += bytes } else { state.error += bytes }
            }
            return state.isClosed
        }
        if isClosed { throw Closed() }
    }

    package func read() async throws -> ConsoleInput {
        let next: ConsoleInput? = state.withLock { state in
            state.reads += 1
            return state.input.isEmpty ? nil : state.input.removeFirst()
        }
        if let next { return next }
        // Somebody sits there and types nothing.
        try await Task.sleep(for: .seconds(3_600))
        return .end
    }

    /// From now on nobody reads.
    package func close() { state.withLock { $0.isClosed = true } }

    package var notes: [Note] { state.withLock { $0.notes } }
    package var outputBytes: [UInt8] { state.withLock { $0.output } }
    package var output: String { String(decoding: outputBytes, as: UTF8.self) }
    package var error: String { state.withLock { String(decoding: $0.error, as: UTF8.self) } }
    /// How often somebody asked for input.
    package var reads: Int { state.withLock { $0.reads } }

    /// Everything that a person could see, notes as lines.
    package var everything: String {
        let told = notes.map { note in
            switch note {
            case .step(let text), .headline(let text), .detail(let text), .warning(let text): text
            case .progress(let subject, let text): "\(subject): \(text)"
            }
        }
        return (told + [output, error]).joined(separator: "\n")
    }
}
