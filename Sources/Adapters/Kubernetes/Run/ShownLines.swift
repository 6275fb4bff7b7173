/// The lines of a log that were shown last, so that reading on after an interruption repeats none and skips none.
///
/// A server is asked for lines by the second, and lines of two streams need not be in the order of their times: what
/// was shown is known by time and text.
struct ShownLines: Sendable {
    /// How far back a line may come late, in seconds.
    private static let window = 3

    private struct Line {
        var second: Int
        var mark: Int
    }

    private var lines: [Line] = []
    private var begin = 0
    private var newest: Int?

    /// The second from which on lines are to be asked for again; `nil` while nothing was shown.
    var resumption: String? { first.map(LogTime.text) }

    private var first: Int? { newest.map { $0 - 1 } }

    /// Notes that `line` was shown.
    mutating func add(_ line: LogLine) {
        guard let second = LogTime.seconds(line.time) else { return }
        newest = max(newest ?? second, second)
        lines.append(Line(second: second, mark: Self.mark(line)))
        while begin < lines.count, lines[begin].second < (newest ?? 0) - Self.window { begin += 1 }
        if begin > 4_096, begin > lines.count / 2 {
            lines.removeFirst(begin)
            begin = 0
        }
    }

    /// What was shown of late, to be compared with what comes after an interruption.
    func repeats() -> Repeats {
        var counts: [Int: Int] = [:]
        for line in lines[begin...] { counts[line.mark, default: 0] += 1 }
        return Repeats(counts: counts, first: first ?? .min)
    }

    /// Lines that may come a second time.
    struct Repeats: Sendable {
        fileprivate var counts: [Int: Int]
        fileprivate var first: Int

        /// Whether `line` was shown before the interruption; each shown line counts once. Not every log can be read
        /// from a time on: what is older than was asked for was shown.
        mutating func contain(_ line: LogLine) -> Bool {
            guard first > .min else { return false }
            if let second = LogTime.seconds(line.time), second < first { return true }
            let mark = ShownLines.mark(line)
            guard let count = counts[mark] else { return false }
            counts[mark] = count > 1 ? count - 1 : nil
            return true
        }
    }

    private static func mark(_ line: LogLine) -> Int {
        var hasher = Hasher()
        hasher.combine(line.time)
        hasher.combine(line.text)
        return hasher.finalize()
    }
}
