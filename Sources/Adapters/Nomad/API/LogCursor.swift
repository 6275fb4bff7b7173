/// A place in a task's log: Nomad cuts it into files with ascending numbers and throws the oldest ones away.
struct LogPosition: Sendable, Equatable, Comparable {
    var file: Int
    var offset: Int

    static func < (left: Self, right: Self) -> Bool { (left.file, left.offset) < (right.file, right.offset) }
}

/// Says which of a log's frames is new, over any number of connections: nothing twice, nothing left out.
///
/// A frame's `Offset` is where the first of the reads that it was made of has ended, so it does not tell where the
/// frame begins when a task wrote between two reads. It does for the first frame of a connection that begins at least
/// ``reach`` bytes before the end: that one is full, or it begins with its file. From there on bytes are counted.
struct LogCursor: Sendable {
    /// The size of a full frame.
    static let reach = 65_536

    /// What was read to; `nil` before anything was.
    private(set) var position: LogPosition?
    /// Where the connection's next bytes stand.
    private var next: LogPosition?

    init() {}

    /// A frame's new bytes.
    struct Piece: Sendable, Equatable {
        var bytes: [UInt8]
        /// Whether something between what was read before and this piece was not seen.
        var hasGap: Bool
    }

    /// Begins with another connection.
    mutating func reconnect() { next = nil }

    /// What is new in `frame`.
    mutating func take(_ frame: LogFrames.Frame) -> Piece {
        guard let file = frame.file else { return Piece(bytes: [], hasGap: false) }
        let bytes = frame.bytes
        let start: LogPosition
        if frame.FileEvent == "file truncated" {
            start = LogPosition(file: file, offset: 0)
            // What was read there is not there any more.
            if let known = position, known.file == file { position = start }
        } else if let next, next.file == file {
            start = next
        } else if next != nil {
            start = LogPosition(file: file, offset: 0)
        } else {
            start = LogPosition(file: file, offset: max(0, (frame.Offset ?? 0) - bytes.count))
        }
        let end = LogPosition(file: file, offset: start.offset + bytes.count)
        next = end
        guard let known = position else {
            position = end
            return Piece(bytes: bytes, hasGap: false)
        }
        guard known < end else { return Piece(bytes: [], hasGap: false) }
        position = end
        if known.file == file {
            return Piece(
                bytes: Array(bytes.dropFirst(max(0, known.offset - start.offset))), hasGap: start > known)
        }
        return Piece(bytes: bytes, hasGap: start.offset > 0 || file > known.file + 1)
    }

    /// Goes on at `position`.
    init(at position: LogPosition?) { self.position = position }
}

extension LogFrames.Frame {
    /// The number at the end of the file's name; `nil` for a frame that says only that the connection is alive.
    fileprivate var file: Int? {
        guard let name = File, let dot = name.lastIndex(of: ".") else { return nil }
        return Int(name[name.index(after: dot)...])
    }
}
