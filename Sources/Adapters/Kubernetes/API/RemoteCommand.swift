import APIClient

/// A command in a container, or the container's own one, whose streams are wanted (API reference, "exec" and "attach"
/// of pods).
struct RemoteCommand: Sendable, Equatable {
    var pod: String
    var container: String
    /// `nil` to join the container's own command.
    var words: [String]?
    var hasInput: Bool
    var hasTerminal: Bool
    /// Whether what it writes is wanted.
    var hasOutput = true

    /// Whether the command must be told where its input ends: a terminal says so with a key.
    var needsEndOfInput: Bool { hasInput && !hasTerminal }

    func request(_ method: APIRequest.Method, in namespace: String) -> APIRequest {
        func flag(_ isOn: Bool) -> String { isOn ? "true" : "false" }
        let query =
            (words ?? []).map { QueryItem("command", $0) } + [
                QueryItem("container", container), QueryItem("stdin", flag(hasInput)),
                QueryItem("stdout", flag(hasOutput)),
                // A terminal has one stream.
                QueryItem("stderr", flag(hasOutput && !hasTerminal)), QueryItem("tty", flag(hasTerminal)),
            ]
        let verb = words == nil ? "attach" : "exec"
        return APIRequest(
            method, ResourceKind.pod.path(in: namespace) + "/\(pod)/\(verb)", query: query, timeouts: .untilItEnds)
    }
}

/// What a remote command's streams are numbered with.
enum RemoteChannel: UInt8, Sendable, CaseIterable {
    case stdin, stdout, stderr
    /// One `Status` in JSON at the end.
    case error
    /// `{"Width": …, "Height": …}`
    case resize
}

/// The streams of a running command, whichever protocol carries them. For one reader and any number of writers.
protocol RemoteStreams: Sendable {
    /// Whether ``endInput()`` reaches the command.
    var canEndInput: Bool { get }

    /// What comes next on which channel; `nil` when there will be nothing more.
    func receive() async throws -> (channel: RemoteChannel, bytes: [UInt8])?
    /// Passes `bytes` on; returns when there is room for more.
    func send(_ bytes: [UInt8], to channel: RemoteChannel) async throws
    /// Says that there will be no more input.
    func endInput() async throws
    /// Shows whatever is in between that somebody is still here.
    func ping() throws
    /// Ends it at once.
    func close()
}
