import APIClient
import AdapterKit
import FoundationEssentials

/// Commands inside a running container.
struct ExecSession: Sendable {
    let cluster: Cluster
    let pod: String
    let container: String

    /// Runs `words` joined to `console`; the command's own exit status.
    func run(_ words: [String], hasTerminal: Bool, console: any Console) async throws -> ExitStatus {
        let command = RemoteCommand(
            pod: pod, container: container, words: words, hasInput: true, hasTerminal: hasTerminal)
        let output = ExecOutput(console)
        let streams = try await cluster.streams(of: command)
        let said = try await JoinedStreams(streams: streams, command: command, console: output).run()
        guard let said else {
            throw APIFailure.interrupted(call: "exec in \(pod)", reason: "it ended before the command's exit was told")
        }
        switch try RemoteExit(said) {
        case .status(let status): return try await output.conclude(status)
        case .trouble(let text):
            _ = try await output.conclude(.success)
            guard let status = RuntimeComplaint.status(text) else {
                throw AdapterError(.unexpectedReply, "the command could not be run in \(pod)", details: [text])
            }
            await console.report(.warning("the command could not be run: \(text)"))
            return status
        }
    }
}

/// What a server says of a command's end.
enum RemoteExit: Equatable {
    case status(ExitStatus)
    /// It never ran, or nobody knows how it ended.
    case trouble(String)

    /// - Parameter said: the `Status` of the error channel.
    /// - Throws: ``APIFailure`` when it is none.
    init(_ said: [UInt8]) throws {
        struct Document: Decodable {
            var status: String?
            var message: String?
            var details: StatusReply.Details?
        }
        guard let document = try? JSONDecoder().decode(Document.self, from: Data(said)) else {
            throw APIFailure.unexpectedReply(
                call: "exec", reason: String(decoding: said.prefix(200), as: UTF8.self))
        }
        let code = document.details?.causes?.first { $0.reason == "ExitCode" }?.message.flatMap { Int32($0) }
        if let code {
            self = .status(ExitStatus(rawValue: code))
        } else if document.status == "Success" {
            self = .status(.success)
        } else {
            self = .trouble(document.message ?? "the server does not say why")
        }
    }
}
