/// Runs `body` for so long at most, by the machine's own clock.
/// - Returns: `nil` when it takes longer; it is cancelled then.
package func within<Result: Sendable>(_ limit: Duration, _ body: @escaping @Sendable () async throws -> Result)
    async throws
    -> Result?
{
    try await withThrowingTaskGroup(of: Result?.self) { tasks in
        tasks.addTask { try await body() }
        tasks.addTask {
            try await Task.sleep(for: limit)
            return nil
        }
        defer { tasks.cancelAll() }
        return try await tasks.next() ?? nil
    }
}
