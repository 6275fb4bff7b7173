import APIClient

/// A job's allocations as they change, for any number of those who wait for something among them.
actor AllocationBoard {
    private let server: NomadServer
    private let job: String
    /// As they were last seen.
    private(set) var allocations: [Allocation] = []
    private var index: NomadIndex?
    private var waiting: [Int: CheckedContinuation<Void, Never>] = [:]
    private var lastWaiter = 0
    private var failure: (any Error)?

    init(_ server: NomadServer, job: String) {
        self.server = server
        self.job = job
    }

    /// Asks for what is there now.
    func load() async throws {
        let found = try await server.send(NomadCalls.allocations(ofJob: job), after: nil)
        take(found)
    }

    /// Runs `body` while the allocations are watched.
    /// - Throws: what `body` throws, and what watching met.
    nonisolated func following<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws
        -> Result
    {
        try await withThrowingTaskGroup(of: Result?.self) { tasks in
            tasks.addTask {
                try await self.watch()
                return nil
            }
            tasks.addTask { try await body() }
            defer { tasks.cancelAll() }
            while let result = try await tasks.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    /// Waits until `find` finds something among the allocations.
    @discardableResult
    func first<Found: Sendable>(_ find: @Sendable ([Allocation]) -> Found?) async throws -> Found {
        while true {
            if let failure { throw failure }
            if let found = find(allocations) { return found }
            try await nextChange()
        }
    }

    private func watch() async throws {
        do {
            while true {
                let found = try await server.send(NomadCalls.allocations(ofJob: job), after: index ?? .start)
                try Task.checkCancellation()
                take(found)
            }
        } catch {
            failure = error
            wakeAll()
            throw error
        }
    }

    private func take(_ found: Indexed<[Allocation]>) {
        index = found.index
        guard found.value != allocations else { return }
        allocations = found.value
        wakeAll()
    }

    private func wakeAll() {
        for waiter in waiting.values { waiter.resume() }
        waiting = [:]
    }

    private func nextChange() async throws {
        lastWaiter += 1
        let number = lastWaiter
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { continuation.resume() } else { waiting[number] = continuation }
            }
        } onCancel: {
            Task { await self.wake(number) }
        }
        try Task.checkCancellation()
    }

    private func wake(_ number: Int) { waiting.removeValue(forKey: number)?.resume() }
}
