import Foundation
import Loopback
import Traffic

/// Serves a recording by hand.
public enum HandReplay {
    /// Serves the recording at `path`, strictly, until the process ends.
    /// - Parameter report: is told of each request, and of what does not fit.
    /// - Returns: what was recorded, and the variables by which a client finds it.
    public static func serve(_ path: String, report: @escaping @Sendable (String) -> Void) async throws -> (
        title: String, variables: [String: String]
    ) {
        guard let bytes = FileManager.default.contents(atPath: path) else { throw Broken("there is no \(path)") }
        let recording = try Recording(har: Array(bytes))
        let kind: BackendKind =
            path.contains("/kubernetes/") ? .kubernetes : path.contains("/nomad/") ? .nomad : .docker
        let run = try await ReplayRun(recording, kind: kind, secrets: Secrets(values: [:]), speed: 1)
        Task {
            var told = 0
            while true {
                try? await Task.sleep(for: .milliseconds(100))
                let lines = run.journal.all
                for line in lines.dropFirst(told) { report(line.summary) }
                told = lines.count
            }
        }
        return (recording.title, run.variables)
    }
}
