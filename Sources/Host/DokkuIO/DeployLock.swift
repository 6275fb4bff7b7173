import AdapterKit
import FoundationEssentials
import Glibc

/// One deploy of an app at a time.
package enum DeployLock {
    /// Retiring holds the lock for moments only: whoever finds it waits.
    private static let retiring = "ps:retire"
    private static let patience = Duration.seconds(60)
    /// A program that this process is just starting holds what this process has let go, until it is loaded.
    private static let startOfPrograms = Duration.seconds(1)

    /// - Parameter command: what the holder does, for whoever comes second.
    /// - Throws: ``AdapterError`` that says who holds the lock, and since when.
    package static func take(_ layout: DokkuLayout, _ app: AppName, command: String) async throws -> FileLock {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            switch try attempt(layout, app, command: command) {
            case .success(let lock): return lock
            case .failure(let held):
                let limit =
                    held.note.contains("(" + retiring)
                    ? patience : held.isOwn ? startOfPrograms : .zero
                guard clock.now - start < limit else { throw refusal(app, held) }
                try await clock.sleep(for: .milliseconds(50))
            }
        }
    }

    /// The lock for retiring, if nobody has it.
    package static func takeForRetiring(_ layout: DokkuLayout, _ app: AppName) async throws -> FileLock? {
        let clock = ContinuousClock()
        let start = clock.now
        while true {
            switch try attempt(layout, app, command: "\(retiring) \(app)") {
            case .success(let lock): return lock
            case .failure(let held):
                guard held.isOwn, clock.now - start < startOfPrograms else { return nil }
                try await clock.sleep(for: .milliseconds(50))
            }
        }
    }

    /// Whether somebody deploys or retires right now. Asking keeps nobody from taking the lock.
    package static func isHeld(_ layout: DokkuLayout, _ app: AppName) throws -> Bool {
        try FileLock.isHeld(path(layout, app))
    }

    private static func attempt(_ layout: DokkuLayout, _ app: AppName, command: String) throws
        -> Result<FileLock, FileLock.Held>
    {
        // An app that is gone, maybe while its lock was waited for, must not come back as an empty folder.
        guard AppStore(layout).exists(app) else { throw AppMissing(name: app) }
        let path = path(layout, app)
        try StateFiles.makeFolder(StateFiles.parent(of: path))
        return try FileLock.take(
            path,
            note: "process \(getpid()) (\(command)) since \(Date().formatted(.iso8601))\n")
    }

    /// Under a Dokku `.deploy.lock` is its own: whoever calls us holds it, and its being there means a lock to others.
    private static func path(_ layout: DokkuLayout, _ app: AppName) -> String {
        guard layout.isDokku else { return layout.app(app, ".deploy.lock") }
        return layout.data("scheduler-docker-local", app, "deploy.lock")
    }

    private static func refusal(_ app: AppName, _ held: FileLock.Held) -> AdapterError {
        let holder = held.note.split(separator: "\n").first.map(String.init) ?? "another process"
        let pid = holder.split(separator: " ").dropFirst().first.map(String.init) ?? "PID"
        return AdapterError(
            .conflict, "\(app) currently has a deploy lock in place. Exiting...",
            details: ["it is held by \(holder)"],
            hint: "kill -TERM \(pid), which takes that deploy back, or wait for it")
    }
}

extension FileLock.Held {
    /// Whether this very process wrote the note.
    fileprivate var isOwn: Bool { note.hasPrefix("process \(getpid()) ") }
}
