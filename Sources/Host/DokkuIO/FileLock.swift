import AdapterKit
import FoundationEssentials
import Glibc

/// A lock that the system lets go of when its holder ends, however it ends.
package final class FileLock: Sendable {
    private let file: Int32

    private init(file: Int32) {
        self.file = file
    }

    /// Closing lets others have it; no child process inherits the file.
    deinit { close(file) }

    /// The lock at `path`, or what its holder wrote into it.
    /// - Parameter note: what a second comer is told, such as who holds the lock.
    package static func take(_ path: String, note: String) throws -> Result<FileLock, Held> {
        let file = try opened(path)
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            defer { close(file) }
            guard errno == EWOULDBLOCK else { throw StateFiles.trouble("lock \(path)") }
            return .failure(Held(note: try StateFiles.readText(path) ?? ""))
        }
        ftruncate(file, 0)
        try StateFiles.writeAll(Array(note.utf8), to: file, path: path)
        return .success(FileLock(file: file))
    }

    /// Waits for the lock at `path`. Only for what is held for moments.
    package static func wait(_ path: String) throws -> FileLock {
        try StateFiles.makeFolder(StateFiles.parent(of: path))
        let file = try opened(path)
        while flock(file, LOCK_EX) != 0 {
            guard errno == EINTR else { throw StateFiles.trouble("lock \(path)") }
        }
        return FileLock(file: file)
    }

    package struct Held: Error, Equatable {
        package var note: String
    }

    /// Keeps the lock until here.
    package func release() {}

    private static func opened(_ path: String) throws -> Int32 {
        let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { throw StateFiles.trouble("lock \(path)") }
        return file
    }
}

/// One deploy of an app at a time.
package enum DeployLock {
    /// Retiring holds the lock for moments only: whoever finds it waits.
    private static let retiring = "ps:retire"
    private static let patience = Duration.seconds(60)

    /// - Parameter command: what the holder does, for whoever comes second.
    /// - Throws: ``AdapterError`` that says who holds the lock, and since when.
    package static func take(_ layout: DokkuLayout, _ app: AppName, command: String) async throws -> FileLock {
        let clock = ContinuousClock()
        let deadline = clock.now + patience
        while true {
            switch try attempt(layout, app, command: command) {
            case .success(let lock): return lock
            case .failure(let held):
                guard held.note.contains("(" + retiring), clock.now < deadline else { throw refusal(app, held) }
                try await clock.sleep(for: .milliseconds(100))
            }
        }
    }

    /// The lock for retiring, if nobody has it.
    package static func takeForRetiring(_ layout: DokkuLayout, _ app: AppName) throws -> FileLock? {
        switch try attempt(layout, app, command: "\(retiring) \(app)") {
        case .success(let lock): lock
        case .failure: nil
        }
    }

    private static func attempt(_ layout: DokkuLayout, _ app: AppName, command: String) throws
        -> Result<FileLock, FileLock.Held>
    {
        // An app that is gone, maybe while its lock was waited for, must not come back as an empty folder.
        guard AppStore(layout).exists(app) else { throw AppMissing(name: app) }
        return try FileLock.take(
            layout.app(app, ".deploy.lock"),
            note: "process \(getpid()) (\(command)) since \(Date().formatted(.iso8601))\n")
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
