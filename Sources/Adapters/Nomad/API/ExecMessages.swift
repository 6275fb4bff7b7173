import FoundationEssentials
import JSONDocument

/// What we say in a session.
enum ExecMessage {
    static func input(_ bytes: [UInt8]) -> String {
        JSONValue.object(["stdin": ["data": .string(Data(bytes).base64EncodedString())]]).compact
    }

    static let endOfInput = JSONValue.object(["stdin": ["close": true]]).compact

    /// Says nothing, so that the connection is not taken for dead.
    static let heartbeat = "{}"

    static func resized(columns: Int, rows: Int) -> String {
        JSONValue.object(["tty_size": ["height": .integer(rows), "width": .integer(columns)]]).compact
    }
}

/// What the server says in a session.
struct ExecReply: Sendable, Decodable {
    struct Stream: Sendable, Decodable {
        /// Base 64.
        var data: String?
        var close: Bool?

        var bytes: [UInt8] { data.flatMap { Data(base64Encoded: $0) }.map { Array($0) } ?? [] }
    }

    struct Result: Sendable, Decodable {
        var exit_code: Int?
    }

    var stdout: Stream?
    var stderr: Stream?
    var exited: Bool?
    var result: Result?

    init(parsing text: String) throws { self = try JSONDecoder().decode(ExecReply.self, from: Data(text.utf8)) }

    /// The command's status once it has ended; the server leaves out what is 0.
    var exitCode: Int? { exited == true ? result?.exit_code ?? 0 : nil }
}
