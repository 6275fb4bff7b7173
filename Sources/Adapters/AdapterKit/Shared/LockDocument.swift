/// A document of a backend's that is an app's lock. Every change holds the backend to what was seen, so that of two at a
/// time one is refused: with that, all of ``DeployLocking`` is the same for all backends.
package protocol LockDocument: Sendable {
    /// The document as it was seen, with what the backend knows that state by.
    associatedtype Live: Sendable

    var app: AppName { get }

    /// What is there; `nil` for nothing.
    func live() async throws -> Live?
    func lock(in live: Live) -> HeldLock
    /// Makes the document where there is none.
    func make(_ lock: HeldLock) async throws
    func replace(_ live: Live, by lock: HeldLock) async throws
    /// Takes the document away. One that is gone is fine.
    func remove(_ live: Live) async throws

    /// Whether a change was refused because somebody else was quicker.
    func isLostRace(_ error: any Error) -> Bool
    /// Runs `body`; its errors say what `action` was under way.
    func translating<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result
}

extension LockDocument {
    /// ``DeployLocking/takeLock(_:of:over:)``
    package func take(_ lock: HeldLock, over outdated: HeldLock?) async throws -> HeldLock? {
        try await changing("take the deploy lock of \(app)") {
            guard let live = try await live() else {
                try await make(lock)
                return nil
            }
            let found = self.lock(in: live)
            // A request whose answer was lost may have been carried out.
            if found.id == lock.id { return nil }
            guard let outdated, found.isUnchanged(outdated) else { return found }
            try await replace(live, by: lock)
            return nil
        }
    }

    /// ``DeployLocking/renewLock(_:of:)``
    package func renew(_ lock: HeldLock) async throws -> Bool {
        try await changing("renew the deploy lock of \(app)") {
            guard let live = try await live(), self.lock(in: live).id == lock.id else { return false }
            try await replace(live, by: lock)
            return true
        }
    }

    /// ``DeployLocking/releaseLock(_:of:)``
    package func release(_ lock: HeldLock) async throws {
        try await changing("release the deploy lock of \(app)") {
            guard let live = try await live(), self.lock(in: live).id == lock.id else { return }
            try await remove(live)
        }
    }

    /// ``DeployLocking/lock(of:)``
    package func read() async throws -> HeldLock? {
        try await translating("look at the deploy lock of \(app)") { try await live().map(lock(in:)) }
    }

    /// Looks again where somebody else was quicker, a few times: then it is taken for trouble.
    private func changing<Result>(_ action: String, _ body: () async throws -> Result) async throws -> Result {
        try await translating(action) {
            for _ in 1..<5 {
                do {
                    return try await body()
                } catch  where isLostRace(error) {
                    continue
                }
            }
            return try await body()
        }
    }
}
