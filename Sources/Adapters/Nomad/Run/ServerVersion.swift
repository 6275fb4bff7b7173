import APIClient

extension NomadServer {
    /// Which version the servers are of.
    ///
    /// Who may not read the agent finds out what it answers to: the version is then the one in which the newest of
    /// that came.
    func version() async throws -> NomadVersion {
        do {
            let agent = try await send(NomadCalls.agent)
            if let version = agent.version { return version }
        } catch let failure as APIFailure where failure.status == 403 && failure.isLackOfRights {
            // A token that nobody knows is refused everywhere.
        }
        if try await knows(NomadCalls.variables(prefix: "linkspan-version")) { return NomadVersion(1, 4) }
        if try await knows(NomadCalls.services) { return NomadVersion(1, 3) }
        return .oldest
    }

    /// Whether the server has such a thing at all: what it does not know is answered with an empty 404.
    private func knows<Reply>(_ call: APICall<Reply>) async throws -> Bool {
        let response = try await client.transport.response(to: call.request)
        guard [200, 403, 404].contains(response.status) else { throw APIFailure.refused(call.request, response) }
        return response.status != 404
    }
}

extension NomadVersion {
    /// The oldest version that this is made for.
    static let oldest = NomadVersion(1, 1)
    /// The newest that it was looked at.
    static let newestKnown = NomadVersion(2, 0)
}

extension APIFailure {
    /// Whether the token is known and may not do what was asked.
    var isLackOfRights: Bool {
        if case .status(let status) = self {
            status.status == 403 && status.message.hasSuffix("Permission denied")
        } else {
            false
        }
    }
}
