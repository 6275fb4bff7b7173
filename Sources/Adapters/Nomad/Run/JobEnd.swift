import APIClient

/// Sees jobs out.
struct JobEnd: Sendable {
    let server: NomadServer
    let clock: any Clock<Duration>

    /// Stops a job and waits until nothing of it runs, or until `seconds` are over.
    /// - Parameter purge: whether it is forgotten at once.
    func end(_ id: String, purge: Bool, within seconds: Int) async throws {
        guard try await server.send(NomadCalls.deregister(id, purge: purge)) != nil else { return }
        try await ended(id, within: seconds)
    }

    /// Returns when no allocation of the job runs, or when `seconds` are over: Nomad kills what takes longer than it
    /// may.
    func ended(_ id: String, within seconds: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var last: NomadIndex?
        while ContinuousClock.now < deadline {
            let answer = try await server.send(NomadCalls.allocations(ofJob: id), after: last, wait: .seconds(5))
            if answer.value.allSatisfy(\.hasEnded) { return }
            last = answer.index
            if answer.index == .start { try await clock.sleep(for: .milliseconds(500)) }
        }
    }
}
