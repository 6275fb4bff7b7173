import Glibc

/// A file of lines that only grows. A line is in it when all of it is, its newline included: what a crash has left of
/// a last line counts as not written, and is overwritten.
struct LedgerFile: Sendable {
    let path: String

    private static let newline = UInt8(ascii: "\n")

    /// The whole lines, without their newlines.
    func lines() throws -> [[UInt8]] {
        guard let bytes = try StateFiles.read(path), let end = bytes.lastIndex(of: Self.newline) else { return [] }
        return bytes[..<end].split(separator: Self.newline).map(Array.init)
    }

    /// Adds lines; they are on the disk when this returns. One writer at a time: whoever holds the app's deploy lock.
    /// - Throws: ``AdapterError``; the whole lines are then what they were.
    func append(_ lines: [UInt8]) throws {
        try StateFiles.makeFolder(StateFiles.parent(of: path))
        guard StateFiles.exists(path) else { return try StateFiles.write(lines, to: path) }
        let file = open(path, O_RDWR | O_CLOEXEC)
        guard file >= 0 else { throw StateFiles.trouble("write \(path)") }
        defer { close(file) }
        let bytes = try StateFiles.read(path) ?? []
        let whole = bytes.lastIndex(of: Self.newline).map { $0 + 1 } ?? 0
        do {
            guard ftruncate(file, off_t(whole)) == 0, lseek(file, off_t(whole), SEEK_SET) >= 0 else {
                throw StateFiles.trouble("write \(path)")
            }
            try StateFiles.writeAll(lines, to: file, path: path)
            guard fsync(file) == 0 else { throw StateFiles.trouble("write \(path)") }
        } catch {
            ftruncate(file, off_t(whole))
            throw error
        }
    }

    /// Puts other lines in the place of all, at once.
    func replace(_ lines: [[UInt8]]) throws {
        try StateFiles.write(lines.flatMap { $0 + [Self.newline] }, to: path)
    }
}
