import AdapterKit
import DokkuIO

/// What people do with the lock of an app at a scheduler: look at it, and take it away.
package struct LockOffice: Sendable {
    private let host: Host
    private let app: AppName
    private let scheduler: String

    package init(_ host: Host, _ app: AppName, scheduler: String) {
        self.host = host
        self.app = app
        self.scheduler = scheduler
    }

    /// Says who holds the lock.
    /// - Returns: whether anybody does.
    package func show() async throws -> Bool {
        guard let held = try await locking().lock(of: App(name: app)) else {
            await host.console.report(.warning("Deploy lock does not exist"))
            return false
        }
        await host.console.step("Deploy lock held by \(held.sentence)")
        return true
    }

    /// Takes the lock away from whoever holds it. A deploy that goes on notices and takes itself back.
    package func remove() async throws {
        guard let held = try await locking().lock(of: App(name: app)) else {
            return await host.console.report(.warning("Deploy lock does not exist"))
        }
        try await locking().releaseLock(held, of: App(name: app))
        await host.console.step("Removed the deploy lock of \(held.sentence)")
    }

    private func locking() throws -> any DeployLocking {
        guard let locking = try host.optionalRole((any DeployLocking).self, .lock, of: app, on: scheduler) else {
            throw AdapterError(.unsupported, "the \(scheduler) scheduler keeps no lock: there is one host that deploys")
        }
        return locking
    }
}
