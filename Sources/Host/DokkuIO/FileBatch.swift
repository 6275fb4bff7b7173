import AdapterKit
import Glibc

/// Several files that change together.
///
/// Everything that can fail for want of room happens in ``prepare(_:)``, beside the files as they are;
/// ``commit()`` only renames. So a full disk is found before anything has changed.
struct FileBatch: Sendable {
    /// What a file is to become; `nil` for gone.
    struct Change: Sendable {
        var path: String
        var bytes: [UInt8]?
        var mode: mode_t

        init(_ path: String, _ bytes: [UInt8]?, mode: mode_t = 0o600) {
            self.path = path
            self.bytes = bytes
            self.mode = mode
        }

        init(_ path: String, text: String?, mode: mode_t = 0o600) {
            self.init(path, text.map { Array($0.utf8) }, mode: mode)
        }
    }

    private struct Prepared: Sendable {
        var path: String
        /// Where the new content lies; `nil` when the file goes.
        var temporary: String?
    }

    private let files: [Prepared]

    /// What undoes `changes`: the same files with what is in them now.
    static func current(_ changes: [Change]) throws -> [Change] {
        try changes.map { Change($0.path, try StateFiles.read($0.path), mode: $0.mode) }
    }

    /// Writes every new content beside its file.
    /// - Throws: ``AdapterError``; nothing is left of the batch then.
    static func prepare(_ changes: [Change]) throws -> FileBatch {
        var files: [Prepared] = []
        do {
            for change in changes {
                let temporary = try change.bytes.map {
                    try StateFiles.writeTemporary($0, beside: change.path, mode: change.mode)
                }
                files.append(Prepared(path: change.path, temporary: temporary))
            }
        } catch {
            FileBatch(files: files).abandon()
            throw error
        }
        return FileBatch(files: files)
    }

    /// Puts all of it in place.
    func commit() throws {
        for file in files {
            if let temporary = file.temporary {
                try StateFiles.replace(file.path, with: temporary)
            } else {
                try StateFiles.remove(file.path)
            }
        }
    }

    /// Leaves the files as they are.
    func abandon() {
        for file in files { if let temporary = file.temporary { unlink(temporary) } }
    }
}
