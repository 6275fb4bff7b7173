import AdapterKit

extension Stage {
    /// Waits for a while until `condition` holds.
    package func eventually(_ what: String, _ condition: () async throws -> Bool) async throws {
        // Asked when it is likely to have happened: a recording then has one question.
        if backend.speed == 1 { try await Task.sleep(for: .milliseconds(700)) }
        for _ in 0..<100 {
            if try await condition() { return }
            try await Task.sleep(for: .milliseconds(backend.speed > 1 ? 20 : 100))
        }
        throw Broken("\(what): it did not come to that")
    }

    /// Cancels `call` and waits until it has ended.
    /// - Throws: ``Broken`` when that takes too long.
    package func cancelled<Value>(_ call: Task<Value, any Error>) async throws -> Result<Value, any Error> {
        let ended = Synchronized<Result<Value, any Error>?>(nil)
        Task { ended.value = await call.result }
        call.cancel()
        for _ in 0..<1_500 {
            if let result = ended.value { return result }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw Broken("15 s after it was cancelled the call has not ended")
    }
}
