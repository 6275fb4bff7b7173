import APIClient

/// The last lines that a task wrote, for a message about it.
struct LogTail: Sendable {
    let server: NomadServer
    let clock: any Clock<Duration>
    /// A line longer than this is cut.
    private static let longest = 2_000
    /// A node writes down what a task has said a little after it was said.
    private static let looks = 3

    /// What is gone, or was never written, is no line.
    /// - Returns: standard output's lines and then standard error's: Nomad keeps them apart, without times.
    func lines(_ allocation: String, _ task: String, _ count: Int) async -> [String] {
        var lines = await written(allocation, task, count)
        for _ in 1..<Self.looks where lines.isEmpty {
            try? await clock.sleep(for: .milliseconds(300))
            lines = await written(allocation, task, count)
        }
        return lines.suffix(count).map { line in
            String(decoding: line.prefix(Self.longest).filter { $0 != 0 && $0 != 13 }, as: UTF8.self)
        }
    }

    private func written(_ allocation: String, _ task: String, _ count: Int) async -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for stream in NomadCalls.LogStream.allCases {
            let log = TaskLog(server: server, allocation: allocation, task: task, stream: stream, clock: clock)
            lines += (try? await log.tail(count).lines) ?? []
        }
        return lines
    }
}
