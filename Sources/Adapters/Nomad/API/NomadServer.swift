import APIClient

/// A Nomad server that can be spoken to, in one region and one namespace.
struct NomadServer: Sendable {
    /// Each request through it goes to the app's region and namespace unless it names others.
    let client: APIClient
    /// Where the app's jobs live.
    let namespace: String
    /// The server as messages name it: its address.
    let name: String

    func send<Reply>(_ call: APICall<Reply>) async throws -> Reply { try await client.send(call) }

    /// Asks again what was answered with `last`, and waits until the answer may be another one or `wait` is over.
    ///
    /// The answer may be the same as before: callers compare. A connection that is cut meanwhile is made again within
    /// the client's patience.
    /// - Parameter last: `nil` asks for what is now.
    func send<Reply>(
        _ call: APICall<Reply>, after last: NomadIndex?, wait: Duration = NomadIndex.longestWait
    ) async throws -> Indexed<Reply> {
        let answer = try await client.send(call.blocking(after: last, wait: wait))
        guard let last, answer.index < last else { return answer }
        // A server that was restored from a snapshot counts from further back: waiting for the old index would miss
        // all that happens until it is reached again.
        return Indexed(value: answer.value, index: .start)
    }
}
