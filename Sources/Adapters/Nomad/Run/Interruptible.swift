import APIClient

/// Waits that somebody else can end, without what has been waited for getting lost in the middle of being used.
final class Interruptible: Sendable {
    private struct State {
        var isInterrupted = false
        /// Ends what is waited for now.
        var cancel: (@Sendable () -> Void)?
    }

    private let state = Guarded(State())

    var isInterrupted: Bool { state.withLock { $0.isInterrupted } }

    /// Ends the wait that is under way, and all that come.
    func interrupt() {
        let cancel = state.withLock { state in
            state.isInterrupted = true
            return state.cancel
        }
        cancel?()
    }

    /// What `body` returns; `nil` when it was interrupted.
    func value<Value: Sendable>(of body: @escaping @Sendable () async throws -> Value?) async throws -> Value? {
        let task = Task { try await body() }
        let isInterrupted = state.withLock { state in
            state.cancel = { task.cancel() }
            return state.isInterrupted
        }
        if isInterrupted { task.cancel() }
        defer { state.withLock { $0.cancel = nil } }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch is CancellationError where self.isInterrupted && !Task.isCancelled {
            return nil
        }
    }

    /// Waits for `body`, or for the interruption.
    func wait(_ body: @escaping @Sendable () async throws -> Void) async throws {
        _ = try await value(of: {
            try await body()
            return true
        })
    }
}
