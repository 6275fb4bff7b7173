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
