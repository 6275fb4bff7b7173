import APIClient

/// A cluster that can be spoken to.
struct Cluster: Sendable {
    let client: APIClient
    /// Where the app's objects live.
    let namespace: String
    /// The cluster as messages name it: its context and address.
    let name: String

    func send<Reply>(_ call: APICall<Reply>) async throws -> Reply { try await client.send(call) }
}
