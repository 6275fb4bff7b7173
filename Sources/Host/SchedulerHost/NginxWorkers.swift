import DokkuIO
import Glibc

/// nginx's worker processes, as the system shows them.
enum NginxWorkers {
    /// The workers that take requests now; none when nginx does not run.
    static func serving(pidFile: String) -> [Int32] {
        guard let text = try? StateFiles.readText(pidFile), let master = Int32(text.split(separator: "\n").first ?? "")
        else { return [] }
        return ((try? StateFiles.names(in: "/proc")) ?? []).compactMap { Int32($0) }.filter { parent(of: $0) == master }
    }

    private static func parent(of pid: Int32) -> Int32? {
        guard let line = try? StateFiles.readText("/proc/\(pid)/stat"), let name = line.lastIndex(of: ")") else {
            return nil
        }
        return line[line.index(after: name)...].split(separator: " ").dropFirst().first.flatMap { Int32($0) }
    }

    /// Waits until `workers` have finished what they had begun, a bounded time.
    static func waitForEnd(of workers: [Int32], atMost limit: Duration) async {
        let clock = ContinuousClock()
        let deadline = clock.now + limit
        while clock.now < deadline, workers.contains(where: { kill($0, 0) == 0 || errno == EPERM }) {
            try? await clock.sleep(for: .milliseconds(50))
        }
    }
}
