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

    /// Whether anybody holds the lock at `path`, by the system's own list (`proc_locks(5)`): trying to take it would
    /// refuse whoever comes in that moment.
    package static func isHeld(_ path: String) throws -> Bool {
        var info = stat()
        guard stat(path, &info) == 0, let list = try StateFiles.readText("/proc/locks") else { return false }
        return list.split(separator: "\n").contains { line in
            let words = line.split(separator: " ")
            // A line with an arrow is of somebody who waits.
            return words.count > 5 && words[1] == "FLOCK" && words[5].hasSuffix(":\(info.st_ino)")
        }
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
