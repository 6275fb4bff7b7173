/// Cuts bytes into lines.
///
/// A line longer than ``longest`` is handed on in pieces, so that a workload that never writes a newline cannot
/// take all memory.
package struct LineSplitter: Sendable {
    package static let longest = 1 << 20

    private var rest: [UInt8] = []

    package init() {}

    /// The lines that `bytes` completes, without their newline.
    package mutating func lines(adding bytes: some Sequence<UInt8>) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || rest.count >= Self.longest {
                lines.append(rest)
                rest.removeAll(keepingCapacity: true)
                if byte == UInt8(ascii: "\n") { continue }
            }
            rest.append(byte)
        }
        return lines
    }

    /// What stands after the last newline, if anything; empties the splitter.
    package mutating func remainder() -> [UInt8]? {
        defer { rest = [] }
        return rest.isEmpty ? nil : rest
    }
}
