/// Runs `body` for all `items`, no more than so many at a time; the results in the order of the items.
func throttled<Item: Sendable, Result: Sendable>(
    _ items: [Item], atOnce: Int, _ body: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { tasks in
        var results: [Int: Result] = [:]
        var waiting = items.enumerated().makeIterator()
        func startNext() {
            guard let (index, item) = waiting.next() else { return }
            tasks.addTask { (index, try await body(item)) }
        }
        for _ in 0..<max(1, atOnce) { startNext() }
        while let (index, result) = try await tasks.next() {
            results[index] = result
            startNext()
        }
        return results.sorted { $0.key < $1.key }.map(\.value)
    }
}
