/// Fakes to try an adapter by hand.
public enum FakeBackends {
    /// Serves a fake until the process ends.
    /// - Returns: the environment variables by which an adapter finds it.
    public static func serve(_ kind: BackendKind, speed: Double) async throws -> [String: String] {
        let run = try await FakeRun(kind, speed: speed, fault: nil)
        Task {
            // Referred to for as long as it is to live.
            while true {
                try? await Task.sleep(for: .seconds(3_600))
                _ = run
            }
        }
        return run.variables
    }
}
