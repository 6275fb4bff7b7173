/// The person (or pipe) at the other end of a call.
///
/// Progress for people and a workload's own bytes are different channels from the start: the host may format notes
/// as it likes and never touches bytes.
public protocol Console: Sendable {
    /// Tells the person something.
    func report(_ note: Note) async

    /// Passes on bytes of the workload, unchanged. Waits while the receiver is slow.
    /// - Throws: when nobody receives any more.
    func write(_ bytes: [UInt8], to channel: OutputChannel) async throws

    /// What the person does next: keys or piped bytes, a resized window, the end of input. Waits for it.
    /// Input is not touched before the first call.
    func read() async throws -> ConsoleInput

    /// The person's terminal, `nil` when there is none.
    var terminal: TerminalSize? { get }
}

/// Something to tell a person.
public enum Note: Sendable, Equatable {
    /// A new step: `-----> text`.
    case step(String)
    /// A headline: `=====> text`.
    case headline(String)
    /// About the current step, indented.
    case detail(String)
    /// Something is not as wished, but work goes on.
    case warning(String)
    /// How far something is. A later progress of the same subject takes the place of an earlier one.
    case progress(subject: String, text: String)
}

/// Where a workload's bytes go.
public enum OutputChannel: String, Sendable, Codable {
    /// Standard output, and everything when the workload has a terminal.
    case output
    /// Standard error.
    case error
}

/// What a person does.
public enum ConsoleInput: Sendable, Equatable {
    /// Keys typed or bytes piped in.
    case bytes([UInt8])
    /// The terminal has another size now.
    case resized(TerminalSize)
    /// There will be no more input.
    case end
}

/// A terminal's size in characters.
public struct TerminalSize: Sendable, Equatable, Codable {
    /// Characters a line.
    public var columns: Int
    /// Lines.
    public var rows: Int

    /// Makes a size.
    public init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// A workload's exit status, 0 to 255. A death by signal N is 128 + N.
public struct ExitStatus: RawRepresentable, Sendable, Equatable, Codable {
    /// The number.
    public var rawValue: Int32

    /// Makes a status of `rawValue`, of which the lowest byte counts.
    public init(rawValue: Int32) { self.rawValue = rawValue & 0xFF }

    /// It did what it should.
    public static let success = ExitStatus(rawValue: 0)
}
