/// Runs `body` for all `items`, at most `width` at a time, and lets what has begun come to its end.
/// - Returns: the results in the items' order.
/// - Throws: the first failure, after all that had begun have ended.
@discardableResult
package func eachAtOnce<Item: Sendable, Result: Sendable>(
    _ items: [Item], width: Int = .max, _ body: @escaping @Sendable (Item) async throws -> Result
) async throws -> [Result] {
    try await withThrowingTaskGroup(of: (Int, Result).self) { group in
        var results: [Int: Result] = [:]
        var failure: (any Error)?
        var next = 0
        func begin() {
            let (index, item) = (next, items[next])
            group.addTask { (index, try await body(item)) }
            next += 1
        }
        while next < min(width, items.count) { begin() }
        while let outcome = await group.nextResult() {
            switch outcome {
            case .success(let (index, result)):
                results[index] = result
                if failure == nil, next < items.count { begin() }
            case .failure(let error): failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return results.sorted { $0.key < $1.key }.map(\.value)
    }
}

/// Runs `body` for all `items`, no more than so many at a time; the results in the order of the items. The first failure
/// ends the others.
package func throttled<Item: Sendable, Result: Sendable>(
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
