import AdapterKit
import CFiles
import Glibc

/// Files and folders of state. A file is either as it was or as it should be, never in between.
package enum StateFiles {
    /// The bytes of a file, `nil` when there is none.
    package static func read(_ path: String) throws -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw trouble("read \(path)")
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR { continue }
                throw trouble("read \(path)")
            }
            bytes += buffer[..<count]
        }
    }

    package static func readText(_ path: String) throws -> String? {
        try read(path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Puts `bytes` in place of the file at `path`, folders made as needed.
    package static func write(_ bytes: some Sequence<UInt8>, to path: String, mode: mode_t = 0o600) throws {
        try replace(path, with: writeTemporary(Array(bytes), beside: path, mode: mode))
        syncFolder(parent(of: path))
    }

    /// Writes `bytes` to a file of its own beside `path`, safe on the disk.
    /// - Returns: where it is; its name tells the process that wrote it.
    static func writeTemporary(_ bytes: [UInt8], beside path: String, mode: mode_t) throws -> String {
        try makeFolder(parent(of: path))
        // Hidden: other programs look for files by the beginning of their names.
        let name = path.dropFirst(parent(of: path).count + 1)
        let temporary = "\(parent(of: path))/.\(name).\(getpid()).\(UInt32.random(in: 0...UInt32.max)).tmp"
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard file >= 0 else { throw trouble("write \(path)") }
        defer { close(file) }
        do {
            try writeAll(bytes, to: file, path: path)
            guard fsync(file) == 0 else { throw trouble("write \(path)") }
            inheritOwner(temporary)
            return temporary
        } catch {
            unlink(temporary)
            throw error
        }
    }

    /// Moves a written file into the place of `path`; takes it away when that fails.
    static func replace(_ path: String, with temporary: String) throws {
        guard rename(temporary, path) != 0 else { return }
        let error = trouble("write \(path)")
        unlink(temporary)
        throw error
    }

    /// Removes what processes that are gone have left half written in `folder`.
    package static func sweep(_ folder: String) throws {
        for name in try names(in: folder) where name.hasSuffix(".tmp") {
            let parts = name.split(separator: ".")
            guard parts.count >= 4, let pid = pid_t(parts[parts.count - 3]) else { continue }
            if pid == getpid() || kill(pid, 0) == 0 || errno == EPERM { continue }
            try remove(folder + "/" + name)
        }
    }

    package static func write(_ text: String, to path: String, mode: mode_t = 0o600) throws {
        try write(text.utf8, to: path, mode: mode)
    }

    package static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else { throw trouble("remove \(path)") }
    }

    package static func makeFolder(_ path: String) throws {
        if mkdir(path, 0o755) == 0 { return inheritOwner(path) }
        if errno == EEXIST { return }
        guard errno == ENOENT, path.contains("/"), path != "/" else { throw trouble("make the folder \(path)") }
        try makeFolder(parent(of: path))
        guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw trouble("make the folder \(path)") }
        inheritOwner(path)
    }

    /// What root makes belongs to whoever owns the folder that it lies in: Dokku calls some triggers as root, and reads
    /// and writes the files as its own user (contract 1.5).
    private static func inheritOwner(_ path: String) {
        var folder = stat()
        guard geteuid() == 0, stat(parent(of: path), &folder) == 0 else { return }
        lchown(path, folder.st_uid, folder.st_gid)
    }

    /// Removes a folder with all that is in it; links in it are removed, not followed.
    package static func removeFolder(_ path: String) throws {
        for name in try names(in: path) {
            let child = path + "/" + name
            if isFolder(child, followingLinks: false) { try removeFolder(child) } else { try remove(child) }
        }
        guard rmdir(path) == 0 || errno == ENOENT else { throw trouble("remove the folder \(path)") }
    }

    /// The names in a folder, sorted; none when there is no such folder.
    package static func names(in path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT || errno == ENOTDIR { return [] }
            throw trouble("list \(path)")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { start in
                start.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    package static func isFolder(_ path: String, followingLinks: Bool = true) -> Bool {
        var info = stat()
        guard (followingLinks ? stat(path, &info) : lstat(path, &info)) == 0 else { return false }
        return info.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether a regular file is there, through links.
    package static func isFile(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFREG
    }

    /// Whether we may run the file.
    package static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// `path`, seen from the folder that the process runs in where it is not absolute.
    package static func absolute(_ path: String) throws -> String {
        guard !path.hasPrefix("/") else { return path }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        guard getcwd(&buffer, buffer.count) != nil else { throw trouble("find the current folder") }
        let folder = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path == "." || path.isEmpty ? folder : folder + "/" + path
    }

    /// Where a link leads.
    package static func linkTarget(_ path: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(path, &buffer, buffer.count)
        guard count >= 0 else { throw trouble("read the link \(path)") }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a link at `path`, which must be free.
    static func link(_ path: String, to target: String) throws {
        guard symlink(target, path) == 0 else { throw trouble("make the link \(path)") }
    }

    /// Makes two files or folders change places, at once where the file system can.
    static func exchange(_ first: String, _ second: String) throws {
        if cfiles_exchange(first, second) == 0 { return }
        guard errno == EINVAL || errno == ENOSYS else { throw trouble("put \(first) in the place of \(second)") }
        let aside = first + ".aside"
        guard rename(second, aside) == 0, rename(first, second) == 0, rename(aside, first) == 0 else {
            throw trouble("put \(first) in the place of \(second)")
        }
    }

    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    static func writeAll(_ bytes: [UInt8], to file: Int32, path: String) throws {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0 {
                if errno == EINTR { continue }
                throw trouble("write \(path)")
            }
            written += count
        }
    }

    private static func syncFolder(_ path: String) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }

    /// The error for the system call that has just failed.
    static func trouble(_ action: String) -> AdapterError {
        let code = errno
        let hint: String? =
            switch code {
            case ENOSPC, EDQUOT: "make room on the disk: df -h"
            case EACCES, EPERM: "become the user who owns the state folder, or set LINKSPAN_HOME"
            default: nil
            }
        return AdapterError(.hostTrouble, "could not \(action): \(String(cString: strerror(code)))", hint: hint)
    }
}
