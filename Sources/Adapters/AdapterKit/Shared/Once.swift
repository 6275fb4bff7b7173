/// An answer that is asked for when somebody first wants it, and kept.
package actor Once<Value: Sendable> {
    private let find: @Sendable () async throws -> Value
    private var found: Task<Value, any Error>?

    package init(_ find: @escaping @Sendable () async throws -> Value) {
        self.find = find
    }

    package func value() async throws -> Value {
        let task = found ?? Task { [find] in try await find() }
        found = task
        return try await task.value
    }
}
